/** In: the server's consumers and the app's wishes. Out: remote tracks. */
import type { types as mediasoup } from "mediasoup-client";

import {
  STREAM_TYPES,
  type ClientMessage,
  type ConsumerConfig,
  type DownloadStates,
  type SessionId,
  type StreamType,
} from "./protocol.js";

export type SessionConsumers = Record<StreamType, mediasoup.Consumer | null>;

/**
 * The consumers of every other session, and what the app wants of them.
 *
 * A wish (`false`: don't send me that) outlives the consumer, its transport and a wish's being early; it ends with the
 * session that it is about. A producer that pauses leaves its consumers alone: nothing arrives then, and the first
 * frame after it must show at once.
 */
export class Downloads {
  readonly consumers = new Map<SessionId, SessionConsumers>();
  readonly #wishes = new Map<SessionId, DownloadStates>();
  readonly #send: (message: ClientMessage) => void;
  #transport: mediasoup.Transport | undefined;

  constructor(send: (message: ClientMessage) => void) {
    this.#send = send;
  }

  attach(transport: mediasoup.Transport): void {
    this.#transport = transport;
  }

  /** The transport is gone or going, and its consumers with it; wishes stay. */
  detach(): void {
    this.#transport = undefined;
    for (const consumers of this.consumers.values()) {
      closeAll(consumers);
    }
    this.consumers.clear();
  }

  /** Detaches and forgets every wish. */
  clear(): void {
    this.detach();
    this.#wishes.clear();
  }

  /**
   * Sets up one consumer, in place of an earlier one of the same session and type. Resolves to nothing when the session
   * or the transport went away meanwhile.
   *
   * @throws (as a rejection) when the browser can't receive it.
   */
  async consume(config: ConsumerConfig): Promise<mediasoup.Consumer | undefined> {
    const transport = this.#transport;
    if (!transport) {
      throw new Error("INIT_CONSUMER before INIT_TRANSPORTS");
    }
    const { sessionId, type } = config;
    const consumers = this.#consumersOf(sessionId);
    const consumer = await transport.consume({
      id: config.id,
      producerId: config.producerId,
      kind: config.kind,
      rtpParameters: config.rtpParameters,
      appData: { sessionId, type },
    });
    if (this.consumers.get(sessionId) !== consumers) {
      consumer.close();
      return undefined;
    }
    consumers[type]?.close();
    consumers[type] = consumer;
    return consumer;
  }

  /** Tells the server of a wish that was there before the consumer. Call it when the consumer was answered for. */
  applyWish(sessionId: SessionId, type: StreamType): void {
    const consumer = this.consumers.get(sessionId)?.[type];
    if (consumer && this.#wishes.get(sessionId)?.[type] === false) {
      consumer.pause();
      this.#send({ name: "CONSUMPTION_CHANGE", payload: { sessionId, states: { [type]: false } } });
    }
  }

  update(sessionId: SessionId, states: DownloadStates): void {
    const wishes = this.#wishes.get(sessionId) ?? {};
    this.#wishes.set(sessionId, wishes);
    const consumers = this.consumers.get(sessionId);
    const changed: DownloadStates = {};
    for (const type of STREAM_TYPES) {
      const active = states[type];
      if (active === undefined) {
        continue;
      }
      wishes[type] = active;
      const consumer = consumers?.[type];
      if (consumer && consumer.paused === active) {
        changed[type] = active;
        if (active) {
          consumer.resume();
        } else {
          consumer.pause();
        }
      }
    }
    if (Object.keys(changed).length > 0) {
      this.#send({ name: "CONSUMPTION_CHANGE", payload: { sessionId, states: changed } });
    }
  }

  sessionLeft(sessionId: SessionId): void {
    const consumers = this.consumers.get(sessionId);
    this.consumers.delete(sessionId);
    this.#wishes.delete(sessionId);
    if (consumers) {
      closeAll(consumers);
    }
  }

  streamsByMid(): Map<string, { type: StreamType; sessionId: SessionId }> {
    const streams = new Map<string, { type: StreamType; sessionId: SessionId }>();
    for (const [sessionId, consumers] of this.consumers) {
      for (const type of STREAM_TYPES) {
        const mid = consumers[type]?.rtpParameters.mid;
        if (mid !== undefined) {
          streams.set(mid, { type, sessionId });
        }
      }
    }
    return streams;
  }

  #consumersOf(sessionId: SessionId): SessionConsumers {
    let consumers = this.consumers.get(sessionId);
    if (!consumers) {
      consumers = { audio: null, camera: null, screen: null };
      this.consumers.set(sessionId, consumers);
    }
    return consumers;
  }
}

function closeAll(consumers: SessionConsumers): void {
  for (const type of STREAM_TYPES) {
    consumers[type]?.close();
    consumers[type] = null;
  }
}
