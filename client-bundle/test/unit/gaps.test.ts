import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { GapMeter, type ReceivingReport } from "../../src/gaps.js";

/** A report at `timestamp` of a stream on m-line 0, whose latest packet came at `lastPacketReceivedTimestamp`. */
function report(
  transportId: string,
  timestamp: number,
  packetsReceived: number,
  lastPacketReceivedTimestamp?: number,
): ReceivingReport {
  const stat = { id: "in", type: "inbound-rtp", mid: "0", timestamp, packetsReceived, lastPacketReceivedTimestamp };
  return {
    transportId,
    report: new Map([[stat.id, stat]]) as unknown as RTCStatsReport,
    streamsByMid: new Map([["0", { sessionId: 7, type: "audio" as const }]]),
  };
}

describe("GapMeter", () => {
  let now: ReceivingReport[];
  let meter: GapMeter;
  const look = async (...reports: ReceivingReport[]) => {
    now = reports;
    await vi.advanceTimersByTimeAsync(50);
  };

  beforeEach(() => {
    vi.useFakeTimers();
    now = [];
    meter = new GapMeter(() => Promise.resolve(now));
  });
  afterEach(() => {
    meter.stop();
    vi.useRealTimers();
  });

  it("measures the longest time between packets, over a change of transport", async () => {
    now = [report("a", 1_000, 10, 990)];
    meter.mark();
    await look(report("a", 1_050, 13, 1_040));
    await look(report("a", 1_100, 13, 1_040));
    await look(report("a", 1_400, 13, 1_040), report("b", 1_400, 1, 1_395));
    await look(report("b", 1_450, 4, 1_440));
    expect(meter.gaps).toEqual([{ sessionId: 7, type: "audio", longestMillis: 355, packets: 7 }]);
  });

  it("counts the silence that lasts", async () => {
    meter.mark();
    await look(report("a", 1_000, 10, 990));
    await look(report("a", 3_000, 10, 990));
    expect(meter.gaps).toMatchObject([{ longestMillis: 2_000 }]);
  });

  it("counts nothing from before the mark", async () => {
    meter.mark();
    await look(report("a", 1_000, 10, 990));
    await look(report("a", 9_000, 20, 8_990));
    meter.mark();
    await look(report("a", 9_050, 22, 9_030));
    await look(report("a", 9_100, 24, 9_080));
    expect(meter.gaps[0]?.longestMillis).toBeLessThanOrEqual(50);
  });

  it("has streams one by one, and forgets who left", async () => {
    meter.mark();
    await look(report("a", 1_000, 10, 990));
    meter.forget(8);
    expect(meter.gaps).toHaveLength(1);
    meter.forget(7);
    expect(meter.gaps).toEqual([]);
  });

  it("does with the time of the look in a browser that doesn't tell when a packet came", async () => {
    meter.mark();
    await look(report("a", 1_000, 10));
    await look(report("a", 1_500, 11));
    expect(meter.gaps).toMatchObject([{ longestMillis: 500, packets: 1 }]);
  });

  it("looks no more when it was stopped", async () => {
    meter.mark();
    await look(report("a", 1_000, 10, 990));
    meter.stop();
    await look(report("a", 9_000, 11, 8_990));
    expect(meter.gaps).toMatchObject([{ packets: 0 }]);
  });
});
