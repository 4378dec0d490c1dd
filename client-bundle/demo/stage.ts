/** Where the tiles are: screens large when there are any, people in a grid or in a strip beside. */
import type { Call, Participant } from "./call.js";
import { element } from "./dom.js";
import { ANY_SHAPE, bestGrid, WIDE } from "./layout.js";
import { Tile, type TileKind } from "./tile.js";

const GAP = 12;

export class Stage {
  readonly root = element("section", { className: "stage", attributes: { "aria-label": "Participants" } });
  readonly #screens = element("div", { className: "screens" });
  readonly #people = element("div", { className: "people" });
  readonly #alone: HTMLElement;
  readonly #tiles = new Map<string, Tile>();
  readonly #onSilenced: () => void;

  /** @param onSilenced called when the browser wants a click before it lets us hear the others. */
  constructor(
    private readonly call: Call,
    alone: HTMLElement,
    onSilenced: () => void,
  ) {
    this.#alone = alone;
    this.#onSilenced = onSilenced;
    this.root.append(this.#screens, this.#people, alone);
    const observer = new ResizeObserver(() => this.#arrange());
    observer.observe(this.#people);
    observer.observe(this.#screens);
  }

  update(): void {
    const present = new Set<string>();
    const everybody = [this.call.self, ...this.call.others.values()];
    for (const participant of everybody) {
      this.#place(participant, "camera", present);
      if (participant.streams.screen && participant.info.isScreenSharingOn) {
        this.#place(participant, "screen", present);
      }
    }
    for (const [key, tile] of this.#tiles) {
      if (!present.has(key)) {
        tile.remove();
        this.#tiles.delete(key);
      }
    }
    this.root.classList.toggle("has-screens", this.#screens.childElementCount > 0);
    this.#alone.hidden = everybody.length > 1;
    this.#arrange();
  }

  async playAll(): Promise<void> {
    await Promise.all([...this.#tiles.values()].map((tile) => tile.play()));
  }

  #place(participant: Participant, kind: TileKind, present: Set<string>): void {
    const key = `${kind} ${participant.isSelf ? "self" : String(participant.sessionId)}`;
    present.add(key);
    let tile = this.#tiles.get(key);
    if (!tile) {
      tile = new Tile(kind, participant.isSelf);
      this.#tiles.set(key, tile);
      (kind === "screen" ? this.#screens : this.#people).append(tile.root);
    }
    tile.update(participant);
    void tile.play().then((heard) => {
      if (!heard) {
        this.#onSilenced();
      }
    });
  }

  #arrange(): void {
    if (this.root.classList.contains("has-screens")) {
      this.#people.style.removeProperty("--tile-width"); // in the strip, the style sheet decides
      this.#people.style.removeProperty("--tile-height");
    } else {
      arrange(this.#people, ANY_SHAPE);
    }
    arrange(this.#screens, [WIDE]);
  }
}

function arrange(container: HTMLElement, shapes: number[]): void {
  const { tileWidth, tileHeight } = bestGrid(
    container.childElementCount,
    container.clientWidth,
    container.clientHeight,
    GAP,
    shapes,
  );
  container.style.setProperty("--tile-width", `${tileWidth}px`);
  container.style.setProperty("--tile-height", `${tileHeight}px`);
}
