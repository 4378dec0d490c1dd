import { describe, expect, it } from "vitest";

import { merged, QualityMeter, type StatsSource } from "../../src/stats.js";

type Stat = { id: string; type: string } & Record<string, unknown>;

function source(direction: "up" | "down", stats: Stat[]): StatsSource {
  return {
    transportId: direction,
    direction,
    report: new Map(stats.map((stat) => [stat.id, stat])) as unknown as RTCStatsReport,
    streamsByMid: new Map([
      ["0", direction === "up" ? { type: "camera" as const } : { type: "camera" as const, sessionId: 7 }],
    ]),
  };
}

const received = (bytesReceived: number, packetsReceived: number, packetsLost: number, framesDecoded: number): Stat => ({
  id: "in",
  type: "inbound-rtp",
  mid: "0",
  bytesReceived,
  packetsReceived,
  packetsLost,
  framesDecoded,
  frameWidth: 1280,
  frameHeight: 720,
  framesPerSecond: 30,
});

describe("QualityMeter", () => {
  it("has no rates on the first look", () => {
    const { receiveBitrate, streams } = new QualityMeter().measure([source("down", [received(1_000, 10, 0, 5)])], 0);
    expect(receiveBitrate).toBe(0);
    expect(streams).toEqual([{ direction: "down", type: "camera", sessionId: 7, bitrate: 0, lossRate: 0 }]);
  });

  it("gives bit rate, size, frame rate and loss of what arrived since the look before", () => {
    const meter = new QualityMeter();
    meter.measure([source("down", [received(0, 0, 0, 0)])], 0);
    const quality = meter.measure([source("down", [received(250_000, 90, 10, 60)])], 2_000);
    expect(quality).toMatchObject({ receiveBitrate: 1_000_000, sendBitrate: 0, loss: 0.1 });
    expect(quality.streams).toEqual([
      {
        direction: "down",
        type: "camera",
        sessionId: 7,
        width: 1280,
        height: 720,
        fps: 30,
        bitrate: 1_000_000,
        lossRate: 0.1,
      },
    ]);
  });

  it("adds up simulcast layers and takes the size of the largest that flows", () => {
    const layer = (id: string, frameWidth: number, bytesSent: number, framesEncoded: number): Stat => ({
      id,
      type: "outbound-rtp",
      mid: "0",
      bytesSent,
      framesEncoded,
      frameWidth,
      frameHeight: (frameWidth * 9) / 16,
      framesPerSecond: 30,
    });
    const meter = new QualityMeter();
    const look = (low: [number, number], middle: [number, number], high: [number, number]) =>
      source("up", [layer("r0", 320, ...low), layer("r1", 640, ...middle), layer("r2", 1280, ...high)]);
    meter.measure([look([0, 0], [0, 0], [0, 0])], 0);
    const quality = meter.measure([look([10_000, 30], [20_000, 30], [0, 0])], 1_000);
    expect(quality.streams).toMatchObject([{ width: 640, height: 360, fps: 30, bitrate: 240_000 }]);
    expect(quality.sendBitrate).toBe(240_000);
  });

  it("takes upward loss from the server's reports and the round trip from the nominated pair", () => {
    const stats: Stat[] = [
      { id: "out", type: "outbound-rtp", mid: "0", bytesSent: 0 },
      { id: "report", type: "remote-inbound-rtp", localId: "out", fractionLost: 0.25 },
      { id: "pair", type: "candidate-pair", nominated: true, currentRoundTripTime: 0.042 },
      { id: "other pair", type: "candidate-pair", nominated: false, currentRoundTripTime: 1 },
    ];
    expect(new QualityMeter().measure([source("up", stats)], 0)).toMatchObject({ rtt: 42, loss: 0.25 });
  });

  it("ignores what is on no known m-line, and counters that go back", () => {
    const meter = new QualityMeter();
    meter.measure([source("down", [received(5_000, 50, 5, 50)])], 0);
    const stray: Stat = { ...received(9_999, 9, 0, 9), id: "stray", mid: "42" };
    const quality = meter.measure([source("down", [received(0, 0, 0, 0), stray])], 1_000);
    expect(quality.streams).toEqual([{ direction: "down", type: "camera", sessionId: 7, bitrate: 0, lossRate: 0 }]);
  });

  it("takes a stream that comes on two transports for one, whatever their reports call it", () => {
    const meter = new QualityMeter();
    const both = (old: number, next: number): StatsSource[] => [
      { ...source("down", [received(old, 10, 0, 5)]), transportId: "old" },
      { ...source("down", [received(next, 10, 0, 5)]), transportId: "next" },
    ];
    meter.measure(both(0, 0), 0);
    const { streams, receiveBitrate } = meter.measure(both(125_000, 250_000), 1_000);
    expect(streams).toHaveLength(1);
    expect(receiveBitrate).toBe(3_000_000);
  });
});

describe("merged", () => {
  const report = (...stats: Stat[]) => new Map(stats.map((stat) => [stat.id, stat])) as unknown as RTCStatsReport;

  it("is one report with all that several say, the latest last", () => {
    const former = report({ id: "T", type: "a" }, { id: "1", type: "b" });
    const all = merged([former, undefined, report({ id: "T", type: "c" })]);
    expect([...(all?.values() ?? [])]).toEqual([{ id: "T", type: "c" }, { id: "1", type: "b" }]);
  });

  it("is the report when there is one, and none when there is none", () => {
    const one = report();
    expect(merged([undefined, one])).toBe(one);
    expect(merged([undefined])).toBeUndefined();
  });
});
