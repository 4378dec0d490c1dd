/** In: the server's consumers and the app's wishes. Out: remote tracks, each when it is worth looking at. */
import type { types as mediasoup } from "mediasoup-client";

import type { TrackUpdate } from "./api.js";
import { deliveredOn } from "./delivery.js";
import {
  STREAM_TYPES,
  type ClientMessage,
  type ConsumerConfig,
  type DownloadStates,
  type SessionId,
  type SessionInfo,
  type StreamType,
} from "./protocol.js";

export type SessionConsumers = Record<StreamType, mediasoup.Consumer | null>;

/** How long a replaced producer's consumer may keep its place, when its successor on the same transport is silent. */
const SAME_TRANSPORT_MILLIS = 2_500;

/** A consumer that was set up and isn't shown yet. */
export interface Arrival {
  readonly sessionId: SessionId;
  readonly type: StreamType;
  readonly consumer: mediasoup.Consumer;
  readonly transport: mediasoup.Transport;
  /** Whether its producer is sending, as far as we know. */
  active: boolean;
  timer?: ReturnType<typeof setTimeout>;
}

export interface DownloadsListener {
  send(message: ClientMessage): void;
  onTrack(update: TrackUpdate): void;
}

/**
 * The consumers of every other session, and what the app wants of them.
 *
 * A consumer that takes the place of another one (its producer was replaced, or our session has moved to other
 * transports) waits until it delivers, and the app keeps the track it has until then.
 *
 * A wish (`false`: don't send me that) outlives the consumer, its transport and a wish's being early; it ends with the
 * session that it is about. A producer that pauses leaves its consumers alone: nothing arrives then, and the first
 * frame after it must show at once.
 */
export class Downloads {
  /** Those whose tracks the app has. */
  readonly consumers = new Map<SessionId, SessionConsumers>();
  readonly #transports = new WeakMap<mediasoup.Consumer, mediasoup.Transport>();
  readonly #waiting = new Set<Arrival>();
  /** Those that are being set up; taken out when their session leaves meanwhile. */
  readonly #orders = new Set<{ readonly sessionId: SessionId }>();
  readonly #wishes = new Map<SessionId, DownloadStates>();
  readonly #listener: DownloadsListener;
  #transport: mediasoup.Transport | undefined;

  constructor(listener: DownloadsListener) {
    this.#listener = listener;
  }

  attach(transport: mediasoup.Transport): void {
    this.#transport = transport;
  }

  /** No consumers come on the transport any more; those that it has go on. */
  detach(): void {
    this.#transport = undefined;
  }

  /** The transport is going, and its consumers with it; what waits for one of them to go is shown. */
  release(transport: mediasoup.Transport): void {
    for (const arrival of this.#waiting) {
      if (arrival.transport === transport) {
        this.#dismiss(arrival);
      }
    }
    for (const arrival of [...this.#waiting]) {
      const shown = this.#shown(arrival.sessionId, arrival.type);
      if (shown && this.#transports.get(shown) === transport) {
        this.#show(arrival);
      }
    }
    for (const [sessionId, consumers] of this.consumers) {
      for (const type of STREAM_TYPES) {
        const consumer = consumers[type];
        if (consumer && this.#transports.get(consumer) === transport) {
          consumer.close();
          consumers[type] = null;
        }
      }
      if (STREAM_TYPES.every((type) => consumers[type] === null)) {
        this.consumers.delete(sessionId);
      }
    }
  }

  /** Closes everything and forgets every wish. */
  clear(): void {
    this.#transport = undefined;
    this.#orders.clear();
    for (const arrival of this.#waiting) {
      this.#dismiss(arrival);
    }
    for (const consumers of this.consumers.values()) {
      closeAll(consumers);
    }
    this.consumers.clear();
    this.#wishes.clear();
  }

  /**
   * Sets up one consumer. Resolves to nothing when the session left or the transport was given up meanwhile.
   *
   * @throws (as a rejection) when the browser can't receive it.
   */
  async consume(config: ConsumerConfig): Promise<Arrival | undefined> {
    const transport = this.#transport;
    if (!transport) {
      throw new Error("INIT_CONSUMER before INIT_TRANSPORTS");
    }
    const { sessionId, type, active } = config;
    const order = { sessionId };
    this.#orders.add(order);
    let consumer: mediasoup.Consumer;
    try {
      consumer = await transport.consume({
        id: config.id,
        producerId: config.producerId,
        kind: config.kind,
        rtpParameters: config.rtpParameters,
        appData: { sessionId, type },
      });
    } catch (error) {
      this.#orders.delete(order);
      if (transport !== this.#transport) {
        return undefined;
      }
      throw error;
    }
    if (!this.#orders.delete(order) || transport !== this.#transport) {
      consumer.close();
      return undefined;
    }
    return { sessionId, type, consumer, transport, active };
  }

  /** Applies the app's wish, and shows the consumer as soon as it is better than the one before it. */
  offer(arrival: Arrival): void {
    const { sessionId, type, consumer, transport } = arrival;
    this.#transports.set(consumer, transport);
    if (this.#wishes.get(sessionId)?.[type] === false) {
      consumer.pause();
      this.#listener.send({ name: "CONSUMPTION_CHANGE", payload: { sessionId, states: { [type]: false } } });
    }
    const former = this.#waitingFor(sessionId, type);
    if (former) {
      this.#dismiss(former);
    }
    this.#waiting.add(arrival);
    const shown = this.#shown(sessionId, type);
    if (!shown || this.#hasNothingToWaitFor(arrival)) {
      this.#show(arrival);
    } else if (this.#transports.get(shown) === transport) {
      arrival.timer = setTimeout(() => this.#show(arrival), SAME_TRANSPORT_MILLIS);
    }
  }

  /** The transports that consumers which are not shown yet wait to be served by. */
  awaited(): Set<mediasoup.Transport> {
    return new Set([...this.#waiting].map(({ transport }) => transport));
  }

  /** Shows what has begun to arrive on a transport, by its report. */
  showDelivered(transport: mediasoup.Transport, report: RTCStatsReport): void {
    for (const arrival of [...this.#waiting]) {
      if (arrival.transport === transport && deliveredOn(report, arrival.consumer.rtpParameters)) {
        this.#show(arrival);
      }
    }
  }

  /** Whether the app has, or is about to be given, a track that comes on the transport. */
  uses(transport: mediasoup.Transport): boolean {
    return this.streamsByMid(transport).size > 0;
  }

  update(sessionId: SessionId, states: DownloadStates): void {
    const wishes = this.#wishes.get(sessionId) ?? {};
    this.#wishes.set(sessionId, wishes);
    const changed: DownloadStates = {};
    for (const type of STREAM_TYPES) {
      const active = states[type];
      if (active === undefined) {
        continue;
      }
      wishes[type] = active;
      const arrival = this.#waitingFor(sessionId, type);
      const shown = this.#shown(sessionId, type);
      if ((arrival?.consumer ?? shown)?.paused === active) {
        changed[type] = active;
      }
      for (const consumer of [arrival?.consumer, shown]) {
        if (active) {
          consumer?.resume();
        } else {
          consumer?.pause();
        }
      }
      if (arrival && !active) {
        this.#show(arrival);
      }
    }
    if (Object.keys(changed).length > 0) {
      this.#listener.send({ name: "CONSUMPTION_CHANGE", payload: { sessionId, states: changed } });
    }
  }

  /** Producers that pause or resume are known by what their sessions say. */
  infoChanged(infos: Record<string, SessionInfo>): void {
    for (const arrival of [...this.#waiting]) {
      const info = infos[String(arrival.sessionId)];
      if (arrival.type === "camera") {
        arrival.active = info?.isCameraOn ?? arrival.active;
      } else if (arrival.type === "screen") {
        arrival.active = info?.isScreenSharingOn ?? arrival.active;
      }
      if (!arrival.active) {
        this.#show(arrival);
      }
    }
  }

  sessionLeft(sessionId: SessionId): void {
    for (const order of this.#orders) {
      if (order.sessionId === sessionId) {
        this.#orders.delete(order);
      }
    }
    for (const arrival of this.#waiting) {
      if (arrival.sessionId === sessionId) {
        this.#dismiss(arrival);
      }
    }
    const consumers = this.consumers.get(sessionId);
    this.consumers.delete(sessionId);
    this.#wishes.delete(sessionId);
    if (consumers) {
      closeAll(consumers);
    }
  }

  /** Which stream is on which m-line of the transport. */
  streamsByMid(transport: mediasoup.Transport): Map<string, { type: StreamType; sessionId: SessionId }> {
    const streams = new Map<string, { type: StreamType; sessionId: SessionId }>();
    const add = (consumer: mediasoup.Consumer | null, sessionId: SessionId, type: StreamType) => {
      const mid = consumer?.rtpParameters.mid;
      if (consumer && mid !== undefined && this.#transports.get(consumer) === transport) {
        streams.set(mid, { type, sessionId });
      }
    };
    for (const [sessionId, consumers] of this.consumers) {
      for (const type of STREAM_TYPES) {
        add(consumers[type], sessionId, type);
      }
    }
    for (const { consumer, sessionId, type } of this.#waiting) {
      add(consumer, sessionId, type);
    }
    return streams;
  }

  #hasNothingToWaitFor({ active, consumer }: Arrival): boolean {
    return !active || consumer.paused;
  }

  #shown(sessionId: SessionId, type: StreamType): mediasoup.Consumer | null {
    return this.consumers.get(sessionId)?.[type] ?? null;
  }

  #waitingFor(sessionId: SessionId, type: StreamType): Arrival | undefined {
    return [...this.#waiting].find((arrival) => arrival.sessionId === sessionId && arrival.type === type);
  }

  /** The app takes the new track before the old one ends, so that nothing goes black between. */
  #show(arrival: Arrival): void {
    if (!this.#waiting.delete(arrival)) {
      return; // a listener that was told of another track has just ended this one
    }
    clearTimeout(arrival.timer);
    const { sessionId, type, consumer, active } = arrival;
    const consumers = this.consumers.get(sessionId) ?? { audio: null, camera: null, screen: null };
    this.consumers.set(sessionId, consumers);
    const former = consumers[type];
    consumers[type] = consumer;
    this.#listener.onTrack({ type, sessionId, track: consumer.track, active });
    former?.close();
  }

  #dismiss(arrival: Arrival): void {
    this.#waiting.delete(arrival);
    clearTimeout(arrival.timer);
    arrival.consumer.close();
  }
}

function closeAll(consumers: SessionConsumers): void {
  for (const type of STREAM_TYPES) {
    consumers[type]?.close();
    consumers[type] = null;
  }
}
