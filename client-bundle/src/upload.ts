/** In: the tracks the app wants sent. Out: producers that send them, on whichever transport there is. */
import type { types as mediasoup } from "mediasoup-client";

import { sentOn } from "./delivery.js";
import type { ProduceOrder } from "./media.js";
import { STREAM_TYPES, type ClientMessage, type ProducerOptionsByKind, type StreamType } from "./protocol.js";

const FIRST_RETRY_MILLIS = 500;
const MAX_RETRY_MILLIS = 8_000;
/** After more failures than this on one transport, the transport is given up. */
const MAX_FAILURES = 6;

/** Used where the server gives none. */
const DEFAULT_PRODUCER_OPTIONS: mediasoup.ProducerOptions = { disableTrackOnPause: false, zeroRtpOnPause: true };

export interface UploadsListener {
  send(message: ClientMessage): void;
  onError(error: Error): void;
  /** Producing failed too often: the transport is of no use. */
  onHopeless(): void;
}

interface Slot {
  readonly type: StreamType;
  wanted: MediaStreamTrack | null;
  producer: mediasoup.Producer | undefined;
  /** What the server was last told by PRODUCTION_CHANGE, or takes for granted of a new producer. */
  announcedActive: boolean;
  /** Bumped by every change; a run of `#sync` ends when it has applied the latest. */
  version: number;
  running: Promise<void> | undefined;
  retryTimer: ReturnType<typeof setTimeout> | undefined;
  failures: number;
}

/** A producer that goes on sending until its successor does. */
interface Retiring {
  readonly type: StreamType;
  readonly producer: mediasoup.Producer;
  readonly transport: mediasoup.Transport;
}

/**
 * One slot a stream type, each brought step by step to what is wanted last: calls that overlap are serialised and the
 * latest wins. Wanted tracks outlive a transport, so that the next one produces them anew; the producers of the one
 * before go on with whatever is wanted until that transport is closed.
 */
export class Uploads {
  readonly #listener: UploadsListener;
  readonly #slots: Readonly<Record<StreamType, Slot>> = { audio: slot("audio"), camera: slot("camera"), screen: slot("screen") };
  #retiring: Retiring[] = [];
  #transport: mediasoup.Transport | undefined;
  #optionsByKind: ProducerOptionsByKind = {};

  constructor(listener: UploadsListener) {
    this.#listener = listener;
  }

  /** Resolves when the latest wish for `type` is applied, has failed, or waits for a transport. Never rejects. */
  set(type: StreamType, track: MediaStreamTrack | null): Promise<void> {
    const slot = this.#slots[type];
    slot.wanted = track;
    slot.failures = 0;
    for (const { producer } of this.#stillSending(type)) {
      replaceTrack(producer, track);
    }
    return this.#changed(slot);
  }

  attach(transport: mediasoup.Transport, optionsByKind: ProducerOptionsByKind): void {
    this.#transport = transport;
    this.#optionsByKind = optionsByKind;
    for (const type of STREAM_TYPES) {
      void this.#changed(this.#slots[type]);
    }
  }

  /** Nothing new is produced on the transport; its producers go on until it is closed. What is wanted stays wanted. */
  detach(): void {
    const transport = this.#transport;
    this.#transport = undefined;
    for (const type of STREAM_TYPES) {
      const slot = this.#slots[type];
      clearTimeout(slot.retryTimer);
      if (slot.producer && transport) {
        this.#retiring.push({ type, producer: slot.producer, transport });
        if (slot.producer.track !== slot.wanted) {
          replaceTrack(slot.producer, slot.wanted); // not done yet, and it may be that a camera was switched off
        }
      }
      slot.producer = undefined;
      slot.failures = 0;
      slot.version++;
    }
  }

  /** Detaches and forgets every track. */
  clear(): void {
    this.detach();
    this.#retiring = [];
    for (const type of STREAM_TYPES) {
      this.#slots[type].wanted = null;
    }
  }

  /** The latest of each type. */
  producers(): [StreamType, mediasoup.Producer][] {
    return STREAM_TYPES.flatMap((type) => {
      const producer = this.#slots[type].producer ?? this.#stillSending(type).at(-1)?.producer;
      return producer ? [[type, producer]] : [];
    });
  }

  /** Whether all that is wanted leaves on the present transport, by its report. */
  allSent(report: RTCStatsReport): boolean {
    return STREAM_TYPES.every((type) => {
      const { wanted, producer } = this.#slots[type];
      return wanted === null || (producer !== undefined && sentOn(report, producer.rtpParameters));
    });
  }

  get wantsNothing(): boolean {
    return STREAM_TYPES.every((type) => this.#slots[type].wanted === null);
  }

  /** Which stream is on which m-line of the transport. */
  streamsByMid(transport: mediasoup.Transport): Map<string, { type: StreamType }> {
    const streams = new Map<string, { type: StreamType }>();
    for (const each of this.#retiring) {
      if (each.transport === transport) {
        streams.set(each.producer.rtpParameters.mid ?? "", { type: each.type });
      }
    }
    for (const type of STREAM_TYPES) {
      const { producer } = this.#slots[type];
      if (producer && transport === this.#transport) {
        streams.set(producer.rtpParameters.mid ?? "", { type });
      }
    }
    return streams;
  }

  #stillSending(type: StreamType): Retiring[] {
    this.#retiring = this.#retiring.filter(({ producer }) => !producer.closed);
    return this.#retiring.filter((each) => each.type === type);
  }

  #changed(slot: Slot): Promise<void> {
    clearTimeout(slot.retryTimer);
    slot.version++;
    slot.running ??= this.#sync(slot);
    return slot.running;
  }

  async #sync(slot: Slot): Promise<void> {
    await undefined; // `running` is set from here on, and several changes in one turn count as one
    let applied;
    do {
      applied = slot.version;
      const transport = this.#transport;
      const track = slot.wanted;
      try {
        if (transport) {
          await this.#apply(slot, transport, track);
        }
      } catch (error) {
        // A failure of what nobody wants any more, or on a transport that is closed by now, is no failure.
        if (transport === this.#transport && applied === slot.version) {
          this.#onFailure(slot, track, error as Error);
        }
      }
    } while (applied !== slot.version);
    slot.running = undefined;
  }

  async #apply(slot: Slot, transport: mediasoup.Transport, track: MediaStreamTrack | null): Promise<void> {
    if (!slot.producer) {
      if (track) {
        await this.#produce(slot, transport, track);
      }
      return;
    }
    // First the word, then the frames: they begin with a key frame, which the server must not drop.
    if (slot.announcedActive !== (track !== null)) {
      slot.announcedActive = track !== null;
      this.#listener.send({ name: "PRODUCTION_CHANGE", payload: { type: slot.type, active: slot.announcedActive } });
    }
    if (slot.producer.track !== track) {
      await slot.producer.replaceTrack({ track });
    }
  }

  async #produce(slot: Slot, transport: mediasoup.Transport, track: MediaStreamTrack): Promise<void> {
    const order: ProduceOrder = { type: slot.type };
    const producer = await transport.produce({
      ...(this.#optionsByKind[track.kind as mediasoup.MediaKind] ?? DEFAULT_PRODUCER_OPTIONS),
      stopTracks: false, // they are the app's, and the next producer's
      track,
      appData: order as unknown as mediasoup.AppData,
    });
    try {
      await order.accepted;
    } catch (error) {
      producer.close();
      throw error;
    }
    if (transport !== this.#transport) {
      producer.close();
      return;
    }
    slot.producer = producer;
    slot.announcedActive = true;
    slot.failures = 0;
  }

  #onFailure(slot: Slot, track: MediaStreamTrack | null, error: Error): void {
    this.#listener.onError(error);
    const pointless = error.name === "UnsupportedError" || track?.readyState === "ended";
    if (pointless) {
      return;
    }
    if (++slot.failures > MAX_FAILURES) {
      this.#listener.onHopeless();
      return;
    }
    const delayMillis = Math.min(FIRST_RETRY_MILLIS * 2 ** (slot.failures - 1), MAX_RETRY_MILLIS);
    slot.retryTimer = setTimeout(() => void this.#changed(slot), delayMillis);
  }
}

/** A producer that fails to go on is no loss: its successor does. */
function replaceTrack(producer: mediasoup.Producer, track: MediaStreamTrack | null): void {
  producer.replaceTrack({ track }).catch(() => undefined);
}

function slot(type: StreamType): Slot {
  return {
    type,
    wanted: null,
    producer: undefined,
    announcedActive: false,
    version: 0,
    running: undefined,
    retryTimer: undefined,
    failures: 0,
  };
}
