/** In: the app's calls. Out: state changes and updates. Ties signalling, media, upload and download together. */
import type { Device, types as mediasoup } from "mediasoup-client";

import {
  CLIENT_UPDATE,
  SfuClientState,
  type ClientUpdate,
  type CloseCause,
  type ConnectOptions,
  type SfuStats,
  type StateChange,
} from "./api.js";
import { Backoff } from "./backoff.js";
import type { Bus } from "./bus.js";
import { createDevice, prepareDevice } from "./device.js";
import { Downloads, type SessionConsumers } from "./download.js";
import { Media } from "./media.js";
import {
  CloseCode,
  STREAM_TYPES,
  type ConsumerConfig,
  type Credentials,
  type DownloadStates,
  type Json,
  type ServerMessage,
  type ServerRequest,
  type SessionId,
  type SessionInfo,
  type StreamType,
  type TransportsConfig,
} from "./protocol.js";
import { Signalling, toWebSocketUrl } from "./signalling.js";
import { QualityMeter, type Quality, type StatsSource } from "./stats.js";
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

const CLOSE_CAUSES: Readonly<Record<number, CloseCause>> = {
  [CloseCode.AUTHENTICATION_FAILED]: "authentication",
  [CloseCode.KICKED]: "kicked",
  [CloseCode.CHANNEL_FULL]: "full",
};

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
 * (tracks, info, downloads) is kept over a lost connection and restored on the next; `disconnect()` forgets it.
 */
export class SfuClient extends EventTarget {
  /** What went wrong since the client was made, latest last. */
  readonly errors: Error[] = [];

  readonly #environment: Environment;
  readonly #uploads: Uploads;
  readonly #downloads: Downloads;
  readonly #backoff = new Backoff();
  readonly #qualityMeter = new QualityMeter();
  #state: SfuClientState = SfuClientState.DISCONNECTED;
  #url = "";
  #credentials: Credentials = { jwt: "" };
  #iceServers: RTCIceServer[] | undefined;
  #signalling: Signalling | undefined;
  #bus: Bus | undefined;
  #media: Media | undefined;
  /** Counts the INIT_TRANSPORTS, so that a slow answer to an old one is not taken for the latest. */
  #mediaGeneration = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #info: SessionInfo | undefined;
  #needRefresh = false;
  #settleConnect: (() => void) | undefined;

  constructor(environment: Environment = BROWSER) {
    super();
    this.#environment = environment;
    this.#downloads = new Downloads((message) => this.#bus?.send(message));
    this.#uploads = new Uploads({
      send: (message) => this.#bus?.send(message),
      onError: (error) => this.#recordError(error),
      onHopeless: () => this.#recover(),
    });
  }

  get state(): SfuClientState {
    return this.#state;
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
    this.#url = toWebSocketUrl(url);
    this.#credentials = { channelUUID: options.channelUUID, jwt };
    if (options.detectSpeaking) {
      this.#credentials.features = ["speaking"];
    }
    this.#iceServers = options.iceServers;
    this.#backoff.reset();
    const settled = new Promise<void>((resolve) => {
      this.#settleConnect = resolve;
    });
    this.#attempt();
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

  /** The browser's reports: of both transports, and of each type that we send. */
  async getStats(): Promise<SfuStats> {
    const stats: SfuStats = {};
    const media = this.#media;
    if (!media) {
      return stats;
    }
    const producers = this.#uploads.producers();
    const [uploadStats, downloadStats, ...producerStats] = await Promise.all([
      media.send.getStats(),
      media.receive.getStats(),
      ...producers.map(([, producer]) => producer.getStats()),
    ]);
    stats.uploadStats = uploadStats;
    stats.downloadStats = downloadStats;
    producers.forEach(([type], index) => {
      stats[type] = producerStats[index];
    });
    return stats;
  }

  /** Rates since the call before; the first call has none yet. */
  async getQuality(): Promise<Quality> {
    const media = this.#media;
    const sources: StatsSource[] = [];
    if (media) {
      const [up, down] = await Promise.all([media.send.getStats(), media.receive.getStats()]);
      sources.push({ direction: "up", report: up, streamsByMid: this.#uploads.streamsByMid() });
      sources.push({ direction: "down", report: down, streamsByMid: this.#downloads.streamsByMid() });
    }
    return this.#qualityMeter.measure(sources, performance.now());
  }

  // ---- connection

  #attempt(): void {
    this.#release();
    this.#setState(SfuClientState.CONNECTING);
    if (this.#state !== SfuClientState.CONNECTING) {
      return; // a listener called disconnect()
    }
    try {
      const signalling: Signalling = new Signalling(
        this.#environment.createWebSocket(this.#url),
        this.#credentials,
        {
          onAuthenticated: (bus) => this.#onAuthenticated(bus),
          onMessage: (message) => this.#onMessage(message),
          onRequest: (request, respond) => this.#onRequest(request, respond),
          onEnd: (code) => this.#onEnd(code),
        },
      );
      this.#signalling = signalling;
      this.#environment.prepareDevice();
    } catch (error) {
      this.#recordError(error as Error);
      this.#recover();
    }
  }

  #onAuthenticated(bus: Bus): void {
    this.#bus = bus;
    if (this.#info) {
      this.#sendInfo(this.#info, this.#needRefresh);
    }
    this.#setState(SfuClientState.AUTHENTICATED);
    this.#backoff.succeeded(performance.now());
    this.#settle();
  }

  #onEnd(code: number | undefined): void {
    const cause = code === undefined ? undefined : CLOSE_CAUSES[code];
    if (cause) {
      this.#release();
      this.#forget();
      this.#setState(SfuClientState.CLOSED, cause);
      this.#settle();
    } else {
      this.#recover();
    }
  }

  /** Gives the connection up and makes another one after a while. */
  #recover(): void {
    this.#release();
    const delayMillis = this.#backoff.nextDelayMillis(performance.now(), Math.random);
    this.#retryTimer = setTimeout(() => this.#attempt(), delayMillis);
    globalThis.addEventListener?.("online", this.#onOnline);
    this.#setState(SfuClientState.RECOVERING);
    this.#settle();
  }

  /** The network is back: no reason to sit out the delay. */
  readonly #onOnline = (): void => this.#attempt();

  /** Ends all that belongs to one connection. What the app wants is kept. */
  #release(): void {
    clearTimeout(this.#retryTimer);
    globalThis.removeEventListener?.("online", this.#onOnline);
    this.#closeMedia();
    this.#signalling?.close();
    this.#signalling = undefined;
    this.#bus = undefined;
  }

  #closeMedia(): void {
    this.#mediaGeneration++;
    this.#uploads.detach();
    this.#downloads.detach();
    this.#media?.close();
    this.#media = undefined;
  }

  #forget(): void {
    this.#uploads.clear();
    this.#downloads.clear();
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
    switch (message.name) {
      case "BROADCAST":
        this.#update({ name: CLIENT_UPDATE.BROADCAST, payload: message.payload });
        break;
      case "SESSION_LEAVE":
        this.#downloads.sessionLeft(message.payload.sessionId);
        this.#update({ name: CLIENT_UPDATE.DISCONNECT, payload: message.payload });
        break;
      case "S_INFO_CHANGE":
        this.#update({ name: CLIENT_UPDATE.INFO_CHANGE, payload: message.payload });
        break;
      default:
        break; // a newer server's
    }
  }

  #onRequest(request: ServerRequest, respond: (result?: unknown) => void): void {
    switch (request.name) {
      case "INIT_TRANSPORTS":
        void this.#initTransports(request.payload, respond);
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
    this.#closeMedia(); // a server may set up the media anew on a connection that stands
    const generation = this.#mediaGeneration;
    let media: Media;
    try {
      media = await Media.open(config, {
        device: this.#environment.createDevice(),
        iceServers: this.#iceServers,
        bus,
        onDead: (error) => {
          this.#recordError(error);
          this.#recover();
        },
      });
    } catch (error) {
      this.#recordError(error as Error); // the server ends a session that doesn't answer
      return;
    }
    if (generation !== this.#mediaGeneration) {
      media.close();
      return;
    }
    this.#media = media;
    this.#downloads.attach(media.receive);
    respond(media.rtpCapabilities);
    if (this.#state !== SfuClientState.CONNECTED) {
      this.#setState(SfuClientState.CONNECTED);
    }
    // After the event, in which the app may just have changed its mind about the tracks.
    if (this.#media === media) {
      this.#uploads.attach(media.send, media.producerOptions);
    }
  }

  async #initConsumer(config: ConsumerConfig, respond: () => void): Promise<void> {
    const { sessionId, type, active } = config;
    let consumer: mediasoup.Consumer | undefined;
    try {
      consumer = await this.#downloads.consume(config);
    } catch (error) {
      this.#recordError(error as Error); // unanswered, so that the server tries again
      return;
    }
    respond();
    if (consumer) {
      this.#downloads.applyWish(sessionId, type);
      this.#update({ name: CLIENT_UPDATE.TRACK, payload: { type, sessionId, track: consumer.track, active } });
    }
  }

  // ---- small things

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
