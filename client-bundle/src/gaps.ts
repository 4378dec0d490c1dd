/** In: reports of what arrives. Out: the longest silence of each stream, across changes of server. */
import type { SessionId, StreamType } from "./protocol.js";

/** Packets in between two looks are not told apart. */
const LOOK_EVERY_MILLIS = 50;

export interface ReceivingGap {
  sessionId: SessionId;
  type: StreamType;
  /**
   * Longest time between two packets since the mark, the time since the last one included. Never too short;
   * too long by up to 50 ms, or by as much as the page was too busy to look.
   */
  longestMillis: number;
  /** Packets since the mark. */
  packets: number;
}

/** One transport's report, with the streams that it carries by m-line. */
export interface ReceivingReport {
  transportId: string;
  report: RTCStatsReport;
  streamsByMid: ReadonlyMap<string, { sessionId: SessionId; type: StreamType }>;
}

interface InboundStat {
  id: string;
  type: string;
  mid?: string;
  /** Milliseconds, on the browser's clock for statistics; so is the next. */
  timestamp: number;
  lastPacketReceivedTimestamp?: number;
  packetsReceived?: number;
}

interface Stream extends ReceivingGap {
  lastPacketAtMillis: number;
  /** How long nothing had come at the latest look. */
  silentMillis: number;
  /** By transport and RTP stream; both change when the stream comes from elsewhere. */
  counts: Map<string, number>;
}

/**
 * Measures while it is told to: a stream's packets count from whichever transport they come. A stream that its producer
 * pauses, or that we stop, is silent like any other.
 */
export class GapMeter {
  readonly #look: () => Promise<ReceivingReport[]>;
  readonly #streams = new Map<string, Stream>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #run = 0;

  constructor(look: () => Promise<ReceivingReport[]>) {
    this.#look = look;
  }

  /** Begins to measure, or forgets what was measured and begins anew. */
  mark(): void {
    this.stop();
    this.#streams.clear();
    void this.#measure(this.#run);
  }

  stop(): void {
    this.#run++;
    clearTimeout(this.#timer);
  }

  /** Who left isn't silent. */
  forget(sessionId: SessionId): void {
    for (const [key, stream] of this.#streams) {
      if (stream.sessionId === sessionId) {
        this.#streams.delete(key);
      }
    }
  }

  /** One entry for each stream of which something has come. */
  get gaps(): ReceivingGap[] {
    return [...this.#streams.values()].map(({ sessionId, type, longestMillis, packets, silentMillis }) => ({
      sessionId,
      type,
      longestMillis: Math.max(longestMillis, silentMillis),
      packets,
    }));
  }

  async #measure(run: number): Promise<void> {
    const reports = await this.#look();
    if (run !== this.#run) {
      return;
    }
    for (const each of reports) {
      this.#add(each);
    }
    this.#timer = setTimeout(() => void this.#measure(run), LOOK_EVERY_MILLIS);
  }

  #add({ transportId, report, streamsByMid }: ReceivingReport): void {
    report.forEach((stat: InboundStat) => {
      const origin = stat.type === "inbound-rtp" && stat.mid !== undefined ? streamsByMid.get(stat.mid) : undefined;
      const count = stat.packetsReceived ?? 0;
      if (!origin || count === 0) {
        return;
      }
      const countKey = `${transportId} ${stat.id}`;
      const stream = this.#streamOf(origin, stat.timestamp, countKey, count);
      const grown = count - (stream.counts.get(countKey) ?? 0);
      stream.counts.set(countKey, count);
      if (grown > 0) {
        const atMillis = stat.lastPacketReceivedTimestamp ?? stat.timestamp;
        stream.packets += grown;
        stream.longestMillis = Math.max(stream.longestMillis, atMillis - stream.lastPacketAtMillis);
        stream.lastPacketAtMillis = Math.max(stream.lastPacketAtMillis, atMillis);
      }
      stream.silentMillis = stat.timestamp - stream.lastPacketAtMillis;
    });
  }

  /** Of a stream that is new here, silence counts from now on. */
  #streamOf(
    { sessionId, type }: Pick<ReceivingGap, "sessionId" | "type">,
    nowMillis: number,
    countKey: string,
    count: number,
  ): Stream {
    const key = `${typeof sessionId} ${sessionId} ${type}`;
    let stream = this.#streams.get(key);
    if (!stream) {
      stream = {
        sessionId,
        type,
        longestMillis: 0,
        packets: 0,
        lastPacketAtMillis: nowMillis,
        silentMillis: 0,
        counts: new Map([[countKey, count]]),
      };
      this.#streams.set(key, stream);
    }
    return stream;
  }
}
