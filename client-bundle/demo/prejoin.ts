/** Before the call: who one is, how one looks, which devices. Out: what to join with. */
import type { JoinOptions } from "./call.js";
import { browserProblem, DeviceError, listDevices, openDevice, type DeviceKind } from "./devices.js";
import { element, icon, show } from "./dom.js";

const NAME_KEY = "call.name";

export class PreJoin {
  readonly root: HTMLElement;
  readonly #video = element("video", { autoplay: true, playsInline: true, muted: true });
  readonly #notes = element("div", { className: "notes", attributes: { role: "status" } });
  readonly #name: HTMLInputElement;
  readonly #channel: HTMLInputElement;
  readonly #join = element("button", { className: "primary", type: "submit", textContent: "Join" });
  readonly #preview: HTMLElement;
  readonly #devices: Record<DeviceKind, DeviceControl>;
  readonly #onJoin: (options: JoinOptions) => Promise<void>;

  constructor(channel: string, name: string, onJoin: (options: JoinOptions) => Promise<void>) {
    this.#onJoin = onJoin;
    const changed = () => this.#update();
    this.#devices = {
      audio: new DeviceControl("audio", "Microphone", changed),
      camera: new DeviceControl("camera", "Camera", changed),
    };
    this.#name = textField("name", name || recall(NAME_KEY), "Your name");
    this.#channel = textField("channel", channel, "Room");
    this.#preview = element(
      "div",
      { className: "preview" },
      element("span", { className: "hint", textContent: "Your camera is off" }),
      this.#video,
      element("div", { className: "preview-bar" }, this.#devices.audio.button, this.#devices.camera.button),
    );
    const form = element(
      "form",
      { className: "card", onsubmit: (event: Event) => void this.#submit(event) },
      element("h1", { textContent: "Ready to join?" }),
      labelled("Your name", this.#name),
      labelled("Room", this.#channel),
      labelled("Microphone", this.#devices.audio.picker),
      labelled("Camera", this.#devices.camera.picker),
      this.#notes,
      this.#join,
    );
    this.root = element("div", { className: "prejoin" }, this.#preview, form);
    this.#update();
  }

  /** Asks for the devices; one that is missing or refused costs only itself. */
  async start(): Promise<void> {
    if (!browserProblem()) {
      await Promise.all([this.#devices.audio.turnOn(), this.#devices.camera.turnOn()]);
      await Promise.all([this.#devices.audio.fillPicker(), this.#devices.camera.fillPicker()]);
    }
    (this.#name.value ? this.#join : this.#name).focus();
  }

  async join(): Promise<void> {
    const channel = this.#channel.value.trim() || "lobby";
    const name = this.#name.value.trim() || "Guest";
    remember(NAME_KEY, name);
    const { audio, camera } = this.#devices;
    this.#join.disabled = true;
    this.#join.textContent = "Joining…";
    try {
      await this.#onJoin({
        channel,
        name,
        audio: audio.track,
        camera: camera.track,
        deviceIds: { audio: audio.deviceId, camera: camera.deviceId },
      });
    } catch (error) {
      this.#join.disabled = false;
      this.#join.textContent = "Try again";
      this.#update((error as Error).message);
    }
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    await this.join();
  }

  #update(failure?: string): void {
    const { audio, camera } = this.#devices;
    show(this.#video, camera.stream ?? null);
    this.#preview.classList.toggle("has-video", camera.stream !== undefined);
    const broken = browserProblem();
    const devices =
      !audio.track && !camera.track && audio.problem && camera.problem
        ? [audio.problem, camera.problem, "You can still join, to watch and listen."]
        : [audio.problem, camera.problem];
    this.#notes.replaceChildren(
      ...[failure, broken, ...(broken ? [] : devices)]
        .filter((text) => text !== undefined)
        .map((text) => element("p", { className: text === failure || text === broken ? "bad" : "", textContent: text })),
    );
    this.#join.disabled = broken !== undefined;
  }
}

/** One device before the call: its switch, its picker, its track. */
class DeviceControl {
  readonly button: HTMLButtonElement;
  readonly picker: HTMLSelectElement;
  stream: MediaStream | undefined;
  problem: string | undefined;
  #busy = false;

  constructor(
    private readonly kind: DeviceKind,
    private readonly label: string,
    private readonly changed: () => void,
  ) {
    this.button = element(
      "button",
      { className: "round", type: "button", onclick: () => void this.#toggle() },
      icon(kind === "audio" ? "mic" : "camera"),
    );
    this.picker = element("select", {
      name: kind,
      disabled: true,
      onchange: () => void this.turnOn(),
      attributes: { "aria-label": label },
    });
    this.picker.append(element("option", { value: "", textContent: "Default" }));
    this.#showState();
  }

  /** A microphone that is muted keeps its track, so that it comes back at once. */
  get track(): MediaStreamTrack | undefined {
    return this.stream?.getTracks()[0];
  }

  get deviceId(): string | undefined {
    return this.picker.value || undefined;
  }

  async turnOn(): Promise<void> {
    if (this.#busy) {
      return;
    }
    this.#busy = true;
    this.#stop();
    try {
      this.stream = new MediaStream([await openDevice(this.kind, this.deviceId)]);
      this.problem = undefined;
    } catch (error) {
      if (!(error instanceof DeviceError)) {
        throw error;
      }
      this.problem = error.message;
    } finally {
      this.#busy = false;
      this.#showState();
      this.changed();
    }
  }

  async fillPicker(): Promise<void> {
    const devices = await listDevices(this.kind);
    const current = this.track?.getSettings().deviceId ?? "";
    if (devices.length > 0) {
      this.picker.replaceChildren(
        ...devices.map((device, index) =>
          element("option", { value: device.deviceId, textContent: device.label || `${this.label} ${index + 1}` }),
        ),
      );
      this.picker.value = current || (devices[0]?.deviceId ?? "");
    } else if (this.problem) {
      this.picker.replaceChildren(element("option", { value: "", textContent: "None" }));
    }
    this.picker.disabled = devices.length < 2;
  }

  async #toggle(): Promise<void> {
    const track = this.track;
    if (!track) {
      await this.turnOn();
      await this.fillPicker();
      return;
    }
    if (this.kind === "audio") {
      track.enabled = !track.enabled;
    } else {
      this.#stop();
    }
    this.#showState();
    this.changed();
  }

  #stop(): void {
    this.track?.stop();
    this.stream = undefined;
  }

  #showState(): void {
    const on = this.track?.enabled ?? false;
    this.button.setAttribute("aria-pressed", String(on));
    this.button.setAttribute("aria-label", `${this.label} ${on ? "on" : "off"}`);
    this.button.title = `Turn the ${this.label.toLowerCase()} ${on ? "off" : "on"}`;
  }
}

function textField(name: string, value: string, placeholder: string): HTMLInputElement {
  return element("input", { name, value, placeholder, required: true, maxLength: 60, autocomplete: "off", type: "text" });
}

function labelled(text: string, field: HTMLElement): HTMLElement {
  return element("label", {}, element("span", { textContent: text }), field);
}

function recall(key: string): string {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return ""; // storage may be forbidden; a name can be typed
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // as above
  }
}
