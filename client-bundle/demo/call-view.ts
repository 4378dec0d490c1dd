/** The page of a running call: stage, controls, statistics, and what is wrong, if anything. */
import { SfuClientState } from "../src/index.js";
import type { Call } from "./call.js";
import { Controls } from "./controls.js";
import { element, icon } from "./dom.js";
import { Stage } from "./stage.js";
import { StatsPanel } from "./stats-panel.js";

/** A connection that takes longer than this deserves a word. */
const PATIENCE_MILLIS = 6_000;
const PROBLEM_SHOWN_MILLIS = 8_000;

export class CallView {
  readonly root: HTMLElement;
  readonly #call: Call;
  readonly #stage: Stage;
  readonly #controls: Controls;
  readonly #count = element("span", { className: "pill", attributes: { role: "status" } });
  readonly #banner = element("div", { className: "banner", hidden: true, attributes: { role: "alert" } });
  readonly #toast = element("div", { className: "toast", hidden: true, attributes: { role: "alert" } });
  readonly #sound: HTMLButtonElement;
  readonly #abort = new AbortController();
  #toastTimer: ReturnType<typeof setTimeout> | undefined;
  #patienceTimer: ReturnType<typeof setTimeout> | undefined;
  #impatient = false;

  constructor(call: Call) {
    this.#call = call;
    this.#sound = element("button", {
      className: "primary sound",
      hidden: true,
      textContent: "Click to hear the others",
      onclick: () => {
        this.#sound.hidden = true;
        void this.#stage.playAll();
      },
    });
    const alone = element(
      "div",
      { className: "alone" },
      element(
        "p",
        {},
        element("strong", { textContent: "Nobody else is here yet." }),
        " Send the link, or open it in another tab.",
      ),
      this.#inviteButton("Copy the link", "primary"),
    );
    this.#stage = new Stage(call, alone, () => {
      this.#sound.hidden = false;
    });
    const stats = new StatsPanel(call, () => {
      stats.toggle(false);
      this.#controls.update();
    });
    this.#controls = new Controls(call, stats, (text) => this.#showToast(text));
    this.root = element(
      "div",
      { className: "call" },
      element(
        "header",
        { className: "top" },
        element("h1", { textContent: call.channel }),
        this.#count,
        this.#inviteButton("Invite", "quiet invite"),
      ),
      this.#banner,
      element("div", { className: "middle" }, this.#stage.root, stats.root),
      this.#sound,
      this.#toast,
      this.#controls.root,
    );
    const { signal } = this.#abort;
    call.addEventListener("change", () => this.#update(), { signal });
    call.addEventListener("problem", (event) => this.#showToast((event as CustomEvent<string>).detail), { signal });
    document.addEventListener("keydown", (event) => this.#controls.onKey(event), { signal });
    this.#update();
  }

  close(): void {
    this.#abort.abort();
    clearTimeout(this.#toastTimer);
    clearTimeout(this.#patienceTimer);
    this.root.remove();
  }

  #update(): void {
    this.#stage.update();
    this.#controls.update();
    const people = this.#call.others.size + 1;
    this.#count.textContent = `${people} ${people === 1 ? "person" : "people"}`;
    this.#watchPatience();
    const text = this.#connectionText();
    this.#banner.hidden = text === undefined;
    this.#banner.classList.toggle("bad", this.#call.state === SfuClientState.RECOVERING);
    if (text !== undefined && this.#banner.textContent !== text) {
      this.#banner.textContent = text;
    }
  }

  #connectionText(): string | undefined {
    switch (this.#call.state) {
      case SfuClientState.CONNECTED:
        return undefined;
      case SfuClientState.RECOVERING:
        return this.#impatient
          ? "The connection is lost. Still trying to reconnect; check your network."
          : "The connection is lost. Reconnecting…";
      case SfuClientState.AUTHENTICATED:
        return this.#impatient ? "The server is reached, but sets up no media for this call." : undefined;
      default:
        return this.#impatient ? "The server doesn't answer. Still trying; check your network." : "Connecting…";
    }
  }

  /** Runs while we are not connected, over all the states in between. */
  #watchPatience(): void {
    if (this.#call.state === SfuClientState.CONNECTED) {
      clearTimeout(this.#patienceTimer);
      this.#patienceTimer = undefined;
      this.#impatient = false;
    } else {
      this.#patienceTimer ??= setTimeout(() => {
        this.#impatient = true;
        this.#update();
      }, PATIENCE_MILLIS);
    }
  }

  #showToast(text: string): void {
    this.#toast.textContent = text;
    this.#toast.hidden = false;
    clearTimeout(this.#toastTimer);
    this.#toastTimer = setTimeout(() => {
      this.#toast.hidden = true;
    }, PROBLEM_SHOWN_MILLIS);
  }

  #inviteButton(text: string, className: string): HTMLButtonElement {
    const label = element("span", { textContent: text });
    const button = element(
      "button",
      {
        className,
        type: "button",
        title: "Copy the link of this call",
        onclick: async () => {
          label.textContent = (await copy(inviteLink(this.#call.channel))) ? "Copied" : "Copy failed";
          setTimeout(() => {
            label.textContent = text;
          }, 2_000);
        },
      },
      icon("link"),
      label,
    );
    return button;
  }
}

function inviteLink(channel: string): string {
  return new URL(`?${new URLSearchParams({ channel }).toString()}`, location.href).href;
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // The clipboard is for secure pages in the foreground; a prompt works everywhere.
    return prompt("Copy this link:", text) !== null;
  }
}
