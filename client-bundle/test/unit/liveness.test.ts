import { describe, expect, it } from "vitest";

import { Liveness } from "../../src/liveness.js";

type Counters = Record<"packetsReceived" | "bytesReceived" | "requestsSent" | "responsesReceived", number>;

/** A line that a test wears down; each look comes a second after the one before. */
class Line {
  readonly #liveness = new Liveness();
  #nowMillis = 0;
  #stats = { packetsReceived: 100, bytesReceived: 10_000, requestsSent: 10, responsesReceived: 10 };

  look(grown: Partial<Counters>, millis = 1_000): boolean {
    this.#nowMillis += millis;
    for (const key of Object.keys(grown) as (keyof typeof grown)[]) {
      this.#stats[key] += grown[key] ?? 0;
    }
    const { packetsReceived, ...pair } = this.#stats;
    const report = [{ type: "inbound-rtp", kind: "audio", packetsReceived }, { type: "candidate-pair", ...pair }];
    return this.#liveness.look(report as unknown as RTCStatsReport, this.#nowMillis);
  }
}

const SOUND = { packetsReceived: 50, bytesReceived: 4_000 };
const UNANSWERED = { requestsSent: 3 };

describe("Liveness", () => {
  it("takes a path for dead when sound stops and checks stay unanswered", () => {
    const line = new Line();
    line.look(SOUND);
    line.look(SOUND);
    expect([line.look(UNANSWERED), line.look(UNANSWERED), line.look(UNANSWERED)]).toEqual([false, false, true]);
  });

  it("doesn't mind that everybody is muted, while checks are answered", () => {
    const line = new Line();
    line.look(SOUND);
    line.look(SOUND);
    for (let i = 0; i < 20; i++) {
      expect(line.look({ requestsSent: i % 3 ? 0 : 1, responsesReceived: i % 3 ? 0 : 1 })).toBe(false);
    }
  });

  it("doesn't mind silence while no check is sent", () => {
    const line = new Line();
    line.look(SOUND);
    line.look(SOUND);
    for (let i = 0; i < 20; i++) {
      expect(line.look({})).toBe(false);
    }
  });

  it("gives no verdict on a path that carried no sound just before", () => {
    const line = new Line();
    line.look({ bytesReceived: 100 });
    line.look({ bytesReceived: 100 });
    for (let i = 0; i < 20; i++) {
      expect(line.look(UNANSWERED)).toBe(false);
    }
  });

  it("starts over when the page was asleep", () => {
    const line = new Line();
    line.look(SOUND);
    line.look(SOUND);
    line.look(UNANSWERED);
    line.look(UNANSWERED);
    expect(line.look(UNANSWERED, 60_000)).toBe(false);
    expect(line.look(UNANSWERED)).toBe(false);
  });

  it("gives no verdict in a browser that doesn't count the answers", () => {
    const liveness = new Liveness();
    const reports = [50, 100, 100, 100, 100, 100].map((packetsReceived) => [
      { type: "inbound-rtp", kind: "audio", packetsReceived },
      { type: "candidate-pair", requestsSent: packetsReceived, bytesReceived: 1 },
    ]);
    reports.forEach((report, index) => {
      expect(liveness.look(report as unknown as RTCStatsReport, index * 1_000)).toBe(false);
    });
  });
});
