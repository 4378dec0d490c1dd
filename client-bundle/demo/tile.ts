/** One rectangle with a person or a screen in it. */
import type { Participant } from "./call.js";
import { element, icon, show } from "./dom.js";

export type TileKind = "camera" | "screen";

export class Tile {
  readonly root: HTMLElement;
  readonly #video = element("video", { autoplay: true, playsInline: true, muted: true });
  readonly #avatar = element("span", { className: "avatar", attributes: { "aria-hidden": "true" } });
  readonly #name = element("span", { className: "tile-name" });
  readonly #muted = element("span", { className: "tile-muted", title: "Muted" }, icon("mic"));
  readonly #hand = element("span", { className: "tile-hand", title: "Raises a hand" }, icon("hand"));
  readonly #audio: HTMLAudioElement | undefined;

  constructor(
    readonly kind: TileKind,
    isSelf: boolean,
  ) {
    this.root = element(
      "article",
      { className: `tile ${kind}${isSelf ? " self" : ""}` },
      this.#avatar,
      this.#video,
      element("div", { className: "tile-label" }, this.#muted, this.#name),
      this.#hand,
    );
    if (kind === "camera" && !isSelf) {
      this.#audio = element("audio", { autoplay: true });
      this.root.append(this.#audio);
    }
    // The picture's own shape decides how it is fitted: a phone held upright is not cut to a strip.
    this.#video.addEventListener("resize", () => {
      this.root.classList.toggle("upright", this.#video.videoHeight > this.#video.videoWidth);
    });
  }

  update(participant: Participant): void {
    const { info, streams, isSelf, name } = participant;
    const isOn = this.kind === "screen" || Boolean(info.isCameraOn && streams.camera);
    show(this.#video, isOn ? (streams[this.kind] ?? null) : null);
    if (this.#audio) {
      show(this.#audio, streams.audio ?? null);
    }
    this.root.classList.toggle("has-video", isOn);
    this.root.classList.toggle("speaking", this.kind === "camera" && Boolean(info.isTalking) && !info.isSelfMuted);
    this.#muted.hidden = this.kind === "screen" || !info.isSelfMuted;
    this.#hand.hidden = this.kind === "screen" || !info.isRaisingHand;
    const label = this.#label(name, isSelf);
    this.#name.textContent = label;
    this.root.setAttribute("aria-label", label);
    this.#avatar.textContent = initials(name);
    this.root.style.setProperty("--hue", String(hueOf(name)));
  }

  /** @returns whether the browser lets the voice be heard; it may want a click first. */
  async play(): Promise<boolean> {
    if (!this.#audio?.srcObject || !this.#audio.paused) {
      return true;
    }
    try {
      await this.#audio.play();
      return true;
    } catch (error) {
      return (error as DOMException).name !== "NotAllowedError";
    }
  }

  remove(): void {
    show(this.#video, null);
    if (this.#audio) {
      show(this.#audio, null);
    }
    this.root.remove();
  }

  #label(name: string, isSelf: boolean): string {
    if (this.kind === "screen") {
      return isSelf ? "Your screen" : `${name}’s screen`;
    }
    return isSelf ? `${name} (you)` : name;
  }
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...(word ?? "")][0] ?? "").join("").toUpperCase();
}

/** The same colour for a name on every screen, in degrees. */
function hueOf(name: string): number {
  let hash = 0;
  for (const character of name) {
    hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 360;
  }
  return hash;
}
