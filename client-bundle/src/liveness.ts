/** In: a report a second of what we receive. Out: whether the way to the server is cut, before the browser says so. */

export const LOOK_EVERY_MILLIS = 1_000;
/** Later than this, the page was asleep or held back, and what happened meanwhile proves nothing. */
const LOOK_LATEST_MILLIS = 2_000;
const SILENT_LOOKS = 3;
/** The browser checks a quiet path every 2.5 s at first, and several times a second once it has doubts. */
const UNANSWERED_CHECKS = 4;

/** The members that we read (W3C webrtc-stats). */
interface Stat {
  type: string;
  kind?: string;
  packetsReceived?: number;
  bytesReceived?: number;
  requestsSent?: number;
  responsesReceived?: number;
}

interface Sample {
  atMillis: number;
  audioPackets: number;
  bytes: number;
  requests: number;
  responses: number;
}

/**
 * Judges a transport on which sound was arriving. That nothing arrives is no proof: everybody may be muted. That ICE
 * checks go out and none is answered is one, as a server answers them whatever else it does. A browser that doesn't
 * count them gets no verdict.
 *
 * A browser takes 5 to 7 s until it says "disconnected"; this takes about 4.
 */
export class Liveness {
  #previous: Sample | undefined;
  #heardSound = false;
  #silentLooks = 0;
  #requestsAtLastSign = 0;

  /** @returns whether the path is dead */
  look(report: RTCStatsReport, nowMillis: number): boolean {
    const sample = sampleOf(report, nowMillis);
    const before = this.#previous;
    this.#previous = sample;
    if (!before || nowMillis - before.atMillis > LOOK_LATEST_MILLIS) {
      this.#heardSound = false;
      this.#silentLooks = 0;
      this.#requestsAtLastSign = sample.requests;
    } else if (sample.bytes !== before.bytes || sample.responses !== before.responses) {
      this.#heardSound = sample.audioPackets > before.audioPackets;
      this.#silentLooks = 0;
      this.#requestsAtLastSign = sample.requests;
    } else {
      this.#silentLooks++;
    }
    return (
      this.#heardSound &&
      this.#silentLooks >= SILENT_LOOKS &&
      sample.requests - this.#requestsAtLastSign >= UNANSWERED_CHECKS
    );
  }
}

function sampleOf(report: RTCStatsReport, atMillis: number): Sample {
  const sample: Sample = { atMillis, audioPackets: 0, bytes: 0, requests: 0, responses: 0 };
  report.forEach((stat: Stat) => {
    if (stat.type === "inbound-rtp" && stat.kind === "audio") {
      sample.audioPackets += stat.packetsReceived ?? 0;
    } else if (stat.type === "candidate-pair" && stat.responsesReceived !== undefined) {
      sample.bytes += stat.bytesReceived ?? 0;
      sample.requests += stat.requestsSent ?? 0;
      sample.responses += stat.responsesReceived;
    }
  });
  return sample;
}
