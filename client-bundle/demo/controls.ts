/** The bar of buttons under a call, and their keys. */
import type { Call } from "./call.js";
import { element, icon, type IconName } from "./dom.js";

interface Control {
  name: string;
  label: (on: boolean) => string;
  key: string;
  icon: IconName;
  isOn: () => boolean;
  /** Whether being on is the special case that deserves colour; for microphone and camera it is being off. */
  marksOn: boolean;
  run: () => Promise<void> | void;
}

export class Controls {
  readonly root = element("nav", { className: "controls", attributes: { "aria-label": "Call controls" } });
  readonly #buttons: { control: Control; button: HTMLButtonElement }[];

  constructor(
    call: Call,
    stats: { isOpen: boolean; toggle(open: boolean): void },
    private readonly onProblem: (text: string) => void,
  ) {
    const controls: Control[] = [
      {
        name: "audio",
        label: (on) => (on ? "Mute" : "Unmute"),
        key: "m",
        icon: "mic",
        isOn: () => !call.self.info.isSelfMuted,
        marksOn: false,
        run: () => call.toggleAudio(),
      },
      {
        name: "camera",
        label: (on) => (on ? "Turn camera off" : "Turn camera on"),
        key: "c",
        icon: "camera",
        isOn: () => Boolean(call.self.info.isCameraOn),
        marksOn: false,
        run: () => call.toggleCamera(),
      },
      {
        name: "screen",
        label: (on) => (on ? "Stop sharing" : "Share screen"),
        key: "s",
        icon: "screen",
        isOn: () => Boolean(call.self.info.isScreenSharingOn),
        marksOn: true,
        run: () => call.toggleScreen(),
      },
      {
        name: "hand",
        label: (on) => (on ? "Lower hand" : "Raise hand"),
        key: "h",
        icon: "hand",
        isOn: () => Boolean(call.self.info.isRaisingHand),
        marksOn: true,
        run: () => call.toggleHand(),
      },
      {
        name: "stats",
        label: (on) => (on ? "Hide statistics" : "Show statistics"),
        key: "i",
        icon: "stats",
        isOn: () => stats.isOpen,
        marksOn: true,
        run: () => stats.toggle(!stats.isOpen),
      },
    ];
    this.#buttons = controls.map((control) => {
      const button = element(
        "button",
        {
          className: `round ${control.marksOn ? "marks-on" : "marks-off"}`,
          type: "button",
          onclick: () => void this.#run(control, button),
          attributes: { "data-control": control.name },
        },
        icon(control.icon),
      );
      return { control, button };
    });
    const leave = element(
      "button",
      {
        className: "round leave",
        type: "button",
        title: "Leave",
        onclick: () => call.leave(),
        attributes: { "aria-label": "Leave", "data-control": "leave" },
      },
      icon("leave"),
    );
    this.root.append(...this.#buttons.map(({ button }) => button), leave);
    this.update();
  }

  update(): void {
    for (const { control, button } of this.#buttons) {
      const on = control.isOn();
      button.setAttribute("aria-pressed", String(on));
      button.setAttribute("aria-label", control.label(on));
      button.title = `${control.label(on)} (${control.key.toUpperCase()})`;
    }
  }

  onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) {
      return;
    }
    const found = this.#buttons.find(({ control }) => control.key === event.key.toLowerCase());
    if (found) {
      event.preventDefault();
      void this.#run(found.control, found.button);
    }
  }

  async #run(control: Control, button: HTMLButtonElement): Promise<void> {
    if (button.ariaBusy === "true") {
      return; // a permission prompt is open, say
    }
    button.ariaBusy = "true";
    try {
      await control.run();
    } catch (error) {
      this.onProblem((error as Error).message);
    } finally {
      button.ariaBusy = "false";
      this.update();
    }
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, select, textarea");
}
