/** In: the app's calls. Out: state changes and updates. Ties connection, media, upload and download together. */
import type { Device } from "mediasoup-client";

import {
  CLIENT_UPDATE,
  SfuClientState,
  type ClientUpdate,
  type CloseCause,
  type ConnectOptions,
  type SfuStats,
  type StateChange,
} from "./api.js";
import type { Bus } from "./bus.js";
import { Connection } from "./connection.js";
import { createDevice, prepareDevice } from "./device.js";
import { Downloads, type Arrival, type SessionConsumers } from "./download.js";
import { GapMeter } from "./gaps.js";
import { Handover } from "./handover.js";
import { Media } from "./media.js";
import {
  STREAM_TYPES,
  type ConsumerConfig,
  type DownloadStates,
  type Json,
  type ServerMessage,
  type ServerRequest,
  type SessionId,
  type SessionInfo,
  type StreamType,
  type TransportsConfig,
} from "./protocol.js";
import { Reports } from "./reports.js";
import { Roster } from "./roster.js";
import { toWebSocketUrl } from "./signalling.js";
import type { Quality } from "./stats.js";
import { Uploads } from "./upload.js";

/** What the client takes from the browser; tests bring their own. */
export interface Environment {
  createWebSocket(url: string): WebSocket;
  /** Called as early as it is clear that a device will be needed. */
  prepareDevice(): void;
  createDevice(): Device;
}

const BROWSER: Environment = {
  createWebSocket: (url) => new WebSocket(url),
  prepareDevice,
  createDevice,
};

/** `errors` is for looking into a call that went wrong, not a log: the oldest go. */
const MAX_KEPT_ERRORS = 50;

type Listener<Detail> = ((event: CustomEvent<Detail>) => void) | null;

export interface SfuClient {
  addEventListener(type: "stateChange", listener: Listener<StateChange>, options?: AddEventListenerOptions): void;
  addEventListener(type: "update", listener: Listener<ClientUpdate>, options?: AddEventListenerOptions): void;
  addEventListener(...args: Parameters<EventTarget["addEventListener"]>): void;
  removeEventListener(type: "stateChange", listener: Listener<StateChange>): void;
  removeEventListener(type: "update", listener: Listener<ClientUpdate>): void;
  removeEventListener(...args: Parameters<EventTarget["removeEventListener"]>): void;
}

/**
 * One participant's connection to one channel.
 *
 * Fires `stateChange` (detail {@link StateChange}) and `update` (detail {@link ClientUpdate}). What the app last wanted
 * (tracks, info, downloads) is kept over a lost connection and restored on the next; `disconnect()` forgets it. Media
 * that still flows goes on until what takes its place does; when only the server changes, the app is told of nothing
 * but new tracks.
 */
export class SfuClient extends EventTarget {
  /** What went wrong since the client was made, latest last. */
  readonly errors: Error[] = [];
  /** How long nothing came of each stream, measured from a `mark()` until `stop()`. */
  readonly gapMeter: GapMeter;

  readonly #environment: Environment;
  readonly #connection: Connection;
  readonly #handover: Handover;
  readonly #uploads: Uploads;
  readonly #downloads: Downloads;
  readonly #roster = new Roster();
  readonly #reports: Reports;
  #state: SfuClientState = SfuClientState.DISCONNECTED;
  #iceServers: RTCIceServer[] | undefined;
  #bus: Bus | undefined;
  /** The INIT_TRANSPORTS that is being worked on, or was last. */
  #opening: Promise<void> | undefined;
  /** Tells a slow answer to an old one from the latest. */
  #openingCount = 0;
  #info: SessionInfo | undefined;
  #needRefresh = false;
  #settleConnect: (() => void) | undefined;

  constructor(environment: Environment = BROWSER) {
    super();
    this.#environment = environment;
    this.#downloads = new Downloads({
      send: (message) => this.#bus?.send(message),
      onTrack: (payload) => this.#update({ name: CLIENT_UPDATE.TRACK, payload }),
    });
    this.#uploads = new Uploads({
      send: (message) => this.#bus?.send(message),
      onError: (error) => this.#recordError(error),
      onHopeless: () => this.#connection.renew(),
    });
    this.#handover = new Handover(this.#uploads, this.#downloads, {
      onDead: (error) => {
        this.#recordError(error);
        this.#connection.renew();
      },
      onDone: () => this.#connection.closeFormer(),
    });
    this.#reports = new Reports(this.#uploads, this.#downloads, this.#handover);
    this.gapMeter = new GapMeter(() => this.#reports.receiving());
    this.#connection = new Connection((url) => this.#createWebSocket(url), {
      onConnecting: () => this.#setState(SfuClientState.CONNECTING),
      onBus: (bus, moved) => this.#onBus(bus, moved),
      onLost: () => this.#onLost(),
      onRefused: (cause) => this.#onRefused(cause),
      onMessage: (message) => this.#onMessage(message),
      onRequest: (request, respond) => this.#onRequest(request, respond),
      onError: (error) => this.#recordError(error),
      hasMedia: () => this.#handover.all.length > 0,
    });
  }

  get state(): SfuClientState {
    return this.#state;
  }

  /** How often the media was set up anew in place of media from before: by a move, or after a loss. */
  get moveCount(): number {
    return this.#handover.count;
  }

  /** Odoo's call diagnostics read the consumers under this name: session id → consumer by stream type. */
  get _consumers(): ReadonlyMap<SessionId, SessionConsumers> {
    return this.#downloads.consumers;
  }

  /**
   * Resolves when the first attempt is authenticated or over; what becomes of it is told by `stateChange`. Does nothing
   * while a connection stands or is being made.
   *
   * @param url the address that the SFU gave, http(s) or ws(s).
   */
  async connect(url: string, jwt: string, options: ConnectOptions = {}): Promise<void> {
    if (
      this.#state === SfuClientState.CONNECTING ||
      this.#state === SfuClientState.AUTHENTICATED ||
      this.#state === SfuClientState.CONNECTED
    ) {
      return;
    }
    this.#release(); // what was being recovered may have been another call
    this.#iceServers = options.iceServers;
    const settled = new Promise<void>((resolve) => {
      this.#settleConnect = resolve;
    });
    this.#connection.open(toWebSocketUrl(url), {
      channelUUID: options.channelUUID,
      jwt,
      features: options.detectSpeaking ? ["move", "speaking"] : ["move"],
    });
    await settled;
  }

  disconnect(): void {
    this.#release();
    this.#forget();
    this.#setState(SfuClientState.DISCONNECTED);
  }

  /** Sends any JSON to all others in the channel. Lost when there is no connection. */
  broadcast(message: Json): void {
    this.#bus?.send({ name: "BROADCAST", payload: message });
  }

  /**
   * Sends `track` as our audio, camera or screen, or stops sending with `null`. The latest call for a type wins.
   *
   * @throws TypeError (as a rejection) for an unknown type; a failure to send is retried, and shows in `errors`.
   */
  async updateUpload(type: StreamType, track: MediaStreamTrack | null | undefined): Promise<void> {
    if (!STREAM_TYPES.includes(type)) {
      throw new TypeError(`unsupported stream type: ${String(type)}`);
    }
    await this.#uploads.set(type, track ?? null);
  }

  /** Stops (`false`) or resumes (`true`) what we receive from a session; types that aren't named stay as they are. */
  updateDownload(sessionId: SessionId, states: DownloadStates): void {
    this.#downloads.update(sessionId, states);
  }

  /** Tells the others about us. With `needRefresh` the server answers with the info of all of them. */
  updateInfo(info: SessionInfo, { needRefresh = false }: { needRefresh?: boolean } = {}): void {
    this.#info = { ...this.#info, ...info };
    this.#needRefresh ||= needRefresh;
    this.#sendInfo(info, needRefresh);
  }

  /** The browser's reports: of both directions, and of each type that we send. While we move, of both servers. */
  getStats(): Promise<SfuStats> {
    return this.#reports.stats();
  }

  /** Rates since the call before; the first call has none yet. */
  getQuality(): Promise<Quality> {
    return this.#reports.quality();
  }

  // ---- connection

  #createWebSocket(url: string): WebSocket {
    const socket = this.#environment.createWebSocket(url);
    this.#environment.prepareDevice();
    return socket;
  }

  #onBus(bus: Bus, moved: boolean): void {
    this.#abandonMedia();
    this.#bus = bus;
    this.#sendAllInfo();
    if (!moved) {
      this.#setState(SfuClientState.AUTHENTICATED);
    }
    this.#settle();
  }

  #onLost(): void {
    this.#abandonMedia();
    this.#bus = undefined;
    this.#setState(SfuClientState.RECOVERING);
    this.#settle();
  }

  #onRefused(cause: CloseCause): void {
    this.#release();
    this.#forget();
    this.#setState(SfuClientState.CLOSED, cause);
  }

  /** The bus of our media is no more. */
  #abandonMedia(): void {
    this.#openingCount++;
    this.#handover.orphan();
  }

  /** Ends all that belongs to one connection. What the app wants is kept. */
  #release(): void {
    this.#openingCount++;
    this.#handover.close();
    this.#connection.close();
    this.#bus = undefined;
  }

  #forget(): void {
    this.#uploads.clear();
    this.#downloads.clear();
    this.#roster.clear();
    this.gapMeter.stop();
    this.#info = undefined;
    this.#needRefresh = false;
    this.#settle();
  }

  #settle(): void {
    this.#settleConnect?.();
    this.#settleConnect = undefined;
  }

  // ---- what the server says

  #onMessage(message: ServerMessage): void {
    const nowMillis = performance.now();
    switch (message.name) {
      case "BROADCAST":
        this.#roster.heard(message.payload.senderId, nowMillis);
        this.#update({ name: CLIENT_UPDATE.BROADCAST, payload: message.payload });
        break;
      case "SESSION_LEAVE":
        this.#onLeft(message.payload.sessionId);
        break;
      case "SESSIONS":
        for (const sessionId of this.#roster.takeLost(message.payload.sessionIds, nowMillis)) {
          this.#onLeft(sessionId);
        }
        break;
      case "S_INFO_CHANGE":
        for (const id of Object.keys(message.payload)) {
          this.#roster.heardByText(id, nowMillis);
        }
        this.#downloads.infoChanged(message.payload);
        this.#update({ name: CLIENT_UPDATE.INFO_CHANGE, payload: message.payload });
        break;
      default:
        break; // a newer server's
    }
  }

  #onLeft(sessionId: SessionId): void {
    this.#roster.left(sessionId);
    this.gapMeter.forget(sessionId);
    this.#downloads.sessionLeft(sessionId);
    this.#update({ name: CLIENT_UPDATE.DISCONNECT, payload: { sessionId } });
  }

  #onRequest(request: ServerRequest, respond: (result?: unknown) => void): void {
    switch (request.name) {
      case "INIT_TRANSPORTS":
        this.#opening = this.#initTransports(request.payload, respond);
        break;
      case "INIT_CONSUMER":
        void this.#initConsumer(request.payload, respond);
        break;
      case "PING":
      default: // or a newer server's: it must not wait for us
        respond();
    }
  }

  async #initTransports(config: TransportsConfig, respond: (result: unknown) => void): Promise<void> {
    const bus = this.#bus;
    if (!bus) {
      return;
    }
    const opening = ++this.#openingCount;
    let media: Media;
    try {
      media = await Media.open(config, {
        device: this.#environment.createDevice(),
        iceServers: this.#iceServers,
        bus,
        onDead: this.#handover.onDead,
      });
    } catch (error) {
      this.#recordError(error as Error); // the server ends a session that doesn't answer
      return;
    }
    if (opening !== this.#openingCount) {
      media.close();
      return;
    }
    const isOnStandingBus = this.#handover.current !== undefined;
    this.#handover.succeed(media);
    respond(media.rtpCapabilities);
    if (isOnStandingBus) {
      this.#sendAllInfo(); // on a bus of its own, the new session was told already
    }
    this.#roster.moved();
    if (this.#state !== SfuClientState.CONNECTED) {
      this.#setState(SfuClientState.CONNECTED);
    }
    // After the event, in which the app may just have changed its mind about the tracks.
    if (this.#handover.current === media) {
      this.#uploads.attach(media.send, media.producerOptions);
    }
  }

  async #initConsumer(config: ConsumerConfig, respond: () => void): Promise<void> {
    await this.#opening; // it is about the transports that are being made
    let arrival: Arrival | undefined;
    try {
      arrival = await this.#downloads.consume(config);
    } catch (error) {
      this.#recordError(error as Error); // unanswered, so that the server tries again
      return;
    }
    respond();
    if (arrival) {
      this.#roster.heard(config.sessionId, performance.now());
      this.#downloads.offer(arrival);
      this.#handover.look();
    }
  }

  // ---- small things

  #sendAllInfo(): void {
    if (this.#info) {
      this.#sendInfo(this.#info, this.#needRefresh);
    }
  }

  #sendInfo(info: SessionInfo, needRefresh: boolean): void {
    this.#bus?.send({ name: "C_INFO_CHANGE", payload: needRefresh ? { info, needRefresh } : { info } });
  }

  #setState(state: SfuClientState, cause?: CloseCause): void {
    this.#state = state;
    const detail: StateChange = cause ? { state, cause } : { state };
    this.dispatchEvent(new CustomEvent("stateChange", { detail }));
  }

  #update(detail: ClientUpdate): void {
    this.dispatchEvent(new CustomEvent("update", { detail }));
  }

  #recordError(error: Error): void {
    this.errors.push(error);
    if (this.errors.length > MAX_KEPT_ERRORS) {
      this.errors.shift();
    }
  }
}
