/** The numbers behind the picture: one row a stream, once a second while the panel is open. */
import type { Quality, StreamQuality, StreamType } from "../src/index.js";
import type { Call } from "./call.js";
import { element, icon } from "./dom.js";

const EVERY_MILLIS = 1_000;
const HISTORY = 60;

const TYPE_NAMES: Record<StreamType, string> = { audio: "voice", camera: "camera", screen: "screen" };

export class StatsPanel {
  readonly root: HTMLElement;
  readonly #totals = element("dl", { className: "totals" });
  readonly #streams = element("div", { className: "streams" });
  readonly #histories = new Map<string, number[]>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly call: Call,
    onClose: () => void,
  ) {
    const close = element(
      "button",
      { className: "quiet", onclick: onClose, attributes: { "aria-label": "Close statistics" } },
      icon("close"),
    );
    this.root = element(
      "aside",
      { className: "panel", hidden: true, id: "stats", attributes: { "aria-label": "Statistics" } },
      element("header", {}, element("h2", { textContent: "Statistics" }), close),
      this.#totals,
      this.#streams,
    );
  }

  get isOpen(): boolean {
    return !this.root.hidden;
  }

  toggle(open: boolean): void {
    this.root.hidden = !open;
    clearInterval(this.#timer);
    if (open) {
      this.call.client.gapMeter.mark();
      void this.#look();
      this.#timer = setInterval(() => void this.#look(), EVERY_MILLIS);
    } else {
      this.call.client.gapMeter.stop();
    }
  }

  async #look(): Promise<void> {
    this.#show(await this.call.client.getQuality());
  }

  #show(quality: Quality): void {
    this.#totals.replaceChildren(
      ...total("Sending", bitrate(quality.sendBitrate)),
      ...total("Receiving", bitrate(quality.receiveBitrate)),
      ...total("Round trip", quality.rtt === undefined ? "–" : `${quality.rtt.toFixed(quality.rtt < 10 ? 1 : 0)} ms`),
      ...total("Loss", percent(quality.loss)),
      ...this.#moves(),
    );
    const keys = new Set<string>();
    const rows = quality.streams.map((stream) => {
      const key = `${stream.direction} ${String(stream.sessionId)} ${stream.type}`;
      keys.add(key);
      const history = [...(this.#histories.get(key) ?? []), stream.bitrate].slice(-HISTORY);
      this.#histories.set(key, history);
      return this.#row(stream, history);
    });
    for (const key of this.#histories.keys()) {
      if (!keys.has(key)) {
        this.#histories.delete(key);
      }
    }
    this.#streams.replaceChildren(
      ...(rows.length > 0 ? rows : [element("p", { className: "hint", textContent: "Nothing flows yet." })]),
    );
  }

  /** Of interest only when there were any: how often the servers changed, and how long that was to be heard. */
  #moves(): HTMLElement[] {
    const { moveCount, gapMeter } = this.call.client;
    if (moveCount === 0) {
      return [];
    }
    const voices = gapMeter.gaps.filter(({ type }) => type === "audio");
    const longest = Math.max(0, ...voices.map(({ longestMillis }) => longestMillis));
    return [...total("Moves", String(moveCount)), ...total("Longest gap", `${Math.round(longest)} ms`)];
  }

  #row(stream: StreamQuality, history: number[]): HTMLElement {
    const who =
      stream.direction === "up" ? "You" : (this.call.others.get(String(stream.sessionId))?.name ?? "Somebody");
    const size = stream.width ? `${stream.width}×${stream.height}` : undefined;
    const fps = stream.fps === undefined ? undefined : `${Math.round(stream.fps)} fps`;
    const facts = [size, fps, `loss ${percent(stream.lossRate)}`].filter((fact) => fact !== undefined);
    return element(
      "div",
      { className: `stream ${stream.direction}` },
      element(
        "div",
        { className: "stream-title" },
        element("span", { className: "arrow", textContent: stream.direction === "up" ? "↑" : "↓" }),
        element("strong", { textContent: who }),
        ` ${TYPE_NAMES[stream.type]}`,
      ),
      element("div", { className: "stream-rate", textContent: bitrate(stream.bitrate) }),
      element("div", { className: "stream-facts", textContent: facts.join(" · ") }),
      sparkline(history),
    );
  }
}

function total(name: string, value: string): HTMLElement[] {
  return [element("div", {}, element("dt", { textContent: name }), element("dd", { textContent: value }))];
}

function bitrate(bitsPerSecond: number): string {
  return bitsPerSecond >= 1e6 ? `${(bitsPerSecond / 1e6).toFixed(2)} Mbit/s` : `${Math.round(bitsPerSecond / 1e3)} kbit/s`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

/** The last minute's bit rate, scaled to its own highest value. */
function sparkline(history: number[]): SVGSVGElement {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", `0 0 ${HISTORY - 1} 20`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("sparkline");
  const highest = Math.max(1, ...history);
  const first = HISTORY - history.length;
  const points = history.map((value, index) => `${first + index},${(19 - (18 * value) / highest).toFixed(1)}`);
  const area = document.createElementNS(namespace, "polygon");
  area.setAttribute("points", `${first},20 ${points.join(" ")} ${HISTORY - 1},20`);
  const line = document.createElementNS(namespace, "polyline");
  line.setAttribute("points", points.join(" "));
  svg.append(area, line);
  return svg;
}
