/** In: the browser's statistics reports. Out: rates per stream since the last look. Knows nothing of transports' making. */
import type { SessionId, StreamType } from "./protocol.js";

export interface StreamQuality {
  direction: "up" | "down";
  type: StreamType;
  /** Whose stream it is; absent for our own. */
  sessionId?: SessionId;
  /** In pixels, of the largest layer that flows; absent for audio and while nothing flows. */
  width?: number;
  height?: number;
  fps?: number;
  /** bit/s, of all layers together. */
  bitrate: number;
  /** Share of the packets that was lost, 0 to 1. Upwards it is what the server reported last. */
  lossRate: number;
}

export interface Quality {
  /** bit/s of media, without the headers under RTP. */
  sendBitrate: number;
  receiveBitrate: number;
  /** Round trip to the server, in ms; absent until measured. */
  rtt?: number;
  /** Worst share of packets lost among the streams, 0 to 1. */
  loss: number;
  streams: StreamQuality[];
}

export interface StatsSource {
  /** Ids in a report are unique in it alone. */
  transportId: string;
  direction: "up" | "down";
  report: RTCStatsReport;
  /** Which stream is on which m-line. */
  streamsByMid: ReadonlyMap<string, { type: StreamType; sessionId?: SessionId }>;
}

/** The members that we read of `RTCStats` dictionaries (W3C webrtc-stats); browsers leave out what they lack. */
interface Stat {
  id: string;
  type: string;
  mid?: string;
  ssrc?: number;
  bytesSent?: number;
  bytesReceived?: number;
  packetsReceived?: number;
  packetsLost?: number;
  framesEncoded?: number;
  framesDecoded?: number;
  frameWidth?: number;
  frameHeight?: number;
  framesPerSecond?: number;
  fractionLost?: number;
  localId?: string;
  nominated?: boolean;
  currentRoundTripTime?: number;
}

interface Counters {
  atMillis: number;
  bytes: number;
  packetsReceived: number;
  packetsLost: number;
  frames: number;
}

/** Turns counters into rates; each call measures the time since the one before. */
export class QualityMeter {
  #previous = new Map<string, Counters>();

  measure(sources: StatsSource[], nowMillis: number): Quality {
    const current = new Map<string, Counters>();
    const streams = new Map<string, StreamQuality>();
    let rtt: number | undefined;
    for (const source of sources) {
      const stats = new Map<string, Stat>();
      source.report.forEach((stat: Stat) => stats.set(stat.id, stat));
      for (const stat of stats.values()) {
        if (stat.type === "candidate-pair" && stat.nominated && stat.currentRoundTripTime !== undefined) {
          rtt = Math.max(rtt ?? 0, stat.currentRoundTripTime * 1_000);
        } else if (stat.type === (source.direction === "up" ? "outbound-rtp" : "inbound-rtp")) {
          this.#addStream(source, stat, nowMillis, current, streams);
        }
      }
      addReportedLoss(source, stats, streams);
    }
    this.#previous = current;
    return summarise([...streams.values()], rtt);
  }

  #addStream(
    { transportId, direction, streamsByMid }: StatsSource,
    stat: Stat,
    nowMillis: number,
    current: Map<string, Counters>,
    streams: Map<string, StreamQuality>,
  ): void {
    const origin = stat.mid === undefined ? undefined : streamsByMid.get(stat.mid);
    if (!origin) {
      return;
    }
    const counters: Counters = {
      atMillis: nowMillis,
      bytes: stat.bytesSent ?? stat.bytesReceived ?? 0,
      packetsReceived: stat.packetsReceived ?? 0,
      packetsLost: stat.packetsLost ?? 0,
      frames: stat.framesEncoded ?? stat.framesDecoded ?? 0,
    };
    const counterKey = `${transportId} ${stat.id}`;
    const before = this.#previous.get(counterKey);
    current.set(counterKey, counters);

    // While a session moves, a stream flows on two transports, and is still one.
    const streamKey = keyOf(direction, origin);
    const stream = streams.get(streamKey) ?? { direction, ...origin, bitrate: 0, lossRate: 0 };
    streams.set(streamKey, stream);
    const elapsedSeconds = before ? (nowMillis - before.atMillis) / 1_000 : 0;
    if (!before || elapsedSeconds <= 0) {
      return;
    }
    stream.bitrate += (8 * Math.max(0, counters.bytes - before.bytes)) / elapsedSeconds;
    const frames = counters.frames - before.frames;
    if (frames > 0 && (stat.frameWidth ?? 0) >= (stream.width ?? 0)) {
      stream.width = stat.frameWidth ?? 0;
      stream.height = stat.frameHeight ?? 0;
      stream.fps = stat.framesPerSecond ?? frames / elapsedSeconds;
    }
    const lost = Math.max(0, counters.packetsLost - before.packetsLost);
    const expected = lost + Math.max(0, counters.packetsReceived - before.packetsReceived);
    if (direction === "down" && expected > 0) {
      stream.lossRate = Math.max(stream.lossRate, lost / expected);
    }
  }
}

function keyOf(direction: "up" | "down", { type, sessionId }: { type: StreamType; sessionId?: SessionId }): string {
  return `${direction} ${type} ${typeof sessionId} ${sessionId}`;
}

/**
 * Several reports as one. Ids that are in more than one of them (those of codecs and of the transport itself) stand for
 * what the latest report says.
 */
export function merged(reports: (RTCStatsReport | undefined)[]): RTCStatsReport | undefined {
  const present = reports.filter((report) => report !== undefined);
  if (present.length < 2) {
    return present[0];
  }
  const all = new Map<string, unknown>();
  for (const report of present) {
    report.forEach((stat: unknown, id: string) => all.set(id, stat));
  }
  return all as unknown as RTCStatsReport;
}

/** What the server lost of ours comes back in its receiver reports. */
function addReportedLoss(
  { direction, streamsByMid }: StatsSource,
  stats: ReadonlyMap<string, Stat>,
  streams: ReadonlyMap<string, StreamQuality>,
): void {
  if (direction !== "up") {
    return;
  }
  for (const stat of stats.values()) {
    const mid = stat.type === "remote-inbound-rtp" ? stats.get(stat.localId ?? "")?.mid : undefined;
    const origin = mid === undefined ? undefined : streamsByMid.get(mid);
    const stream = origin && streams.get(keyOf(direction, origin));
    if (stream) {
      stream.lossRate = Math.max(stream.lossRate, stat.fractionLost ?? 0);
    }
  }
}

function summarise(streams: StreamQuality[], rtt: number | undefined): Quality {
  const quality: Quality = { sendBitrate: 0, receiveBitrate: 0, loss: 0, streams };
  if (rtt !== undefined) {
    quality.rtt = rtt;
  }
  for (const { direction, bitrate, lossRate } of streams) {
    if (direction === "up") {
      quality.sendBitrate += bitrate;
    } else {
      quality.receiveBitrate += bitrate;
    }
    quality.loss = Math.max(quality.loss, lossRate);
  }
  return quality;
}
