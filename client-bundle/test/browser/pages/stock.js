/**
 * A participant as deployed clients are: mediasoup-client on the bare protocol, with nothing of our bundle but what
 * measures. It announces no features, gathers messages for 200 ms, and goes on only when a request was answered. Of a
 * connection that is lost it keeps nothing; it makes another, and sends its tracks anew.
 */
import { Device } from "mediasoup-client";

import { GapMeter } from "../../../src/gaps.ts";
import { openTrack, play, lineOf, receivedOf, sentOf } from "./tracks.js";

const BATCH_MILLIS = 200;
const RECONNECT_MILLIS = 1_000;
const MAX_RECONNECT_MILLIS = 30_000;
/** Clean, authentication failed, kicked, channel full. */
const FINAL_CODES = [1000, 4106, 4108, 4109];
const PRODUCER_OPTIONS = { stopTracks: false, disableTrackOnPause: false, zeroRtpOnPause: true };

class StockParticipant {
  #state = "disconnected";
  #closeCode;
  #socket;
  #credentials;
  #device;
  #send;
  #receive;
  #producerOptions = {};
  #producers = new Map();
  #received = new Map();
  #consumerCount = 0;
  #infos = {};
  #left = [];
  #broadcasts = [];
  #errors = [];
  #answers = new Map();
  #requestCount = 0;
  #queue = [];
  #batchTimer;
  #tracks = new Map();
  /** Of the tracks, those that the participant wants sent. */
  #published = new Set();
  #gapMeter = new GapMeter(() => this.#receiving());
  #url;
  #reconnectMillis = RECONNECT_MILLIS;

  /** @param oldCredentials the form of clients up to version 1.1: just the token */
  join({ url, jwt, channelUUID, oldCredentials }) {
    this.#url = url.replace(/^http/, "ws");
    this.#credentials = oldCredentials ? jwt : { channelUUID, jwt };
    return this.#connect();
  }

  /** Resolves when that is authenticated, or over. */
  #connect() {
    this.#state = "connecting";
    return new Promise((resolve) => {
      const socket = new WebSocket(this.#url);
      this.#socket = socket;
      socket.onopen = () => socket.send(JSON.stringify(this.#credentials));
      socket.onmessage = ({ data }) => {
        if (this.#state === "connecting") {
          if (data !== "") {
            this.#errors.push(`the first frame is not empty: ${data}`);
          }
          this.#state = "authenticated";
          this.#reconnectMillis = RECONNECT_MILLIS;
          resolve();
          return;
        }
        for (const payload of JSON.parse(data)) {
          this.#onPayload(payload).catch((error) => this.#errors.push(String(error.stack)));
        }
      };
      socket.onclose = ({ code }) => {
        this.#closeCode = code;
        this.#forgetConnection();
        if (FINAL_CODES.includes(code)) {
          this.#state = "closed";
        } else {
          this.#state = "recovering";
          this.#reconnectMillis = Math.min(this.#reconnectMillis * 1.5, MAX_RECONNECT_MILLIS);
          setTimeout(() => this.#connect(), this.#reconnectMillis + 1_000 * Math.random());
        }
        resolve();
      };
    });
  }

  #forgetConnection() {
    this.#send?.close();
    this.#receive?.close();
    this.#send = this.#receive = undefined;
    this.#producers.clear();
    for (const { element } of this.#received.values()) {
      element.remove();
    }
    this.#received.clear();
    this.#answers.clear();
    this.#queue = [];
  }

  async publish(type, options) {
    const track = this.#tracks.get(type) ?? (await openTrack(type, options));
    this.#tracks.set(type, track);
    this.#published.add(type);
    const producer = this.#producers.get(type);
    if (producer) {
      await producer.replaceTrack({ track });
      this.#post({ name: "PRODUCTION_CHANGE", payload: { type, active: true } });
      return;
    }
    this.#producers.set(
      type,
      await this.#send.produce({ ...PRODUCER_OPTIONS, ...this.#producerOptions[track.kind], track, appData: { type } }),
    );
  }

  /** Sends the same track by a new producer, which takes the old one's place. */
  async republish(type) {
    const producer = this.#producers.get(type);
    this.#producers.delete(type);
    await this.publish(type);
    producer.close();
  }

  async unpublish(type) {
    this.#published.delete(type);
    await this.#producers.get(type).replaceTrack({ track: null });
    this.#post({ name: "PRODUCTION_CHANGE", payload: { type, active: false } });
  }

  updateDownload(sessionId, states) {
    this.#post({ name: "CONSUMPTION_CHANGE", payload: { sessionId, states } });
  }

  updateInfo(info, { needRefresh } = {}) {
    this.#post({ name: "C_INFO_CHANGE", payload: { info, needRefresh } });
  }

  broadcast(message) {
    this.#post({ name: "BROADCAST", payload: message });
  }

  leave() {
    this.#socket.close(1000);
  }

  state() {
    return { state: this.#state, cause: this.#closeCode };
  }

  infos() {
    return this.#infos;
  }

  left() {
    return this.#left;
  }

  broadcasts() {
    return this.#broadcasts;
  }

  consumerCount() {
    return this.#consumerCount;
  }

  markGaps() {
    this.#gapMeter.mark();
  }

  gaps() {
    return this.#gapMeter.gaps;
  }

  async received(sessionId, type) {
    const entry = this.#received.get(`${sessionId}/${type}`);
    const report = entry && (await this.#report());
    return report ? receivedOf(report, entry.track) : null;
  }

  async sent() {
    const report = await this.#send?.getStats();
    return report ? { ...lineOf([...report.values()]), streams: sentOf(report) } : null;
  }

  async describe() {
    return { state: this.state(), infos: this.#infos, errors: this.#errors, sent: await this.sent(), received: [...this.#received.keys()] };
  }

  async #receiving() {
    const receive = this.#receive;
    const report = await this.#report();
    const streamsByMid = new Map([...this.#received.values()].map(({ mid, sessionId, type }) => [mid, { sessionId, type }]));
    return report ? [{ transportId: receive.id, report, streamsByMid }] : [];
  }

  /** Of what is received; undefined without a connection, or when that is lost meanwhile. */
  async #report() {
    return this.#receive?.getStats().catch(() => undefined);
  }

  // ---- the bus

  #request(message) {
    const needResponse = `c_0_${this.#requestCount++}`;
    return new Promise((resolve, reject) => {
      this.#answers.set(needResponse, resolve);
      setTimeout(() => reject(new Error(`${message.name}: no answer`)), 5_000);
      this.#enqueue({ message, needResponse });
    });
  }

  #post(message) {
    this.#enqueue({ message });
  }

  #enqueue(payload) {
    this.#queue.push(payload);
    if (this.#batchTimer === undefined) {
      this.#flush();
    }
  }

  #flush() {
    const payloads = this.#queue;
    this.#queue = [];
    this.#batchTimer = undefined;
    if (payloads.length > 0 && this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(payloads));
      this.#batchTimer = setTimeout(() => this.#flush(), BATCH_MILLIS);
    }
  }

  async #onPayload({ message, needResponse, responseTo }) {
    if (responseTo !== undefined) {
      this.#answers.get(responseTo)?.(message);
      this.#answers.delete(responseTo);
    } else if (needResponse !== undefined) {
      const result = await this.#onRequest(message);
      this.#enqueue(result === undefined ? { responseTo: needResponse } : { message: result, responseTo: needResponse });
    } else {
      this.#onMessage(message);
    }
  }

  async #onRequest({ name, payload }) {
    switch (name) {
      case "INIT_TRANSPORTS": {
        this.#device = new Device();
        await this.#device.load({ routerRtpCapabilities: payload.capabilities });
        this.#producerOptions = payload.producerOptionsByKind;
        this.#receive = this.#device.createRecvTransport(payload.stcConfig);
        this.#send = this.#device.createSendTransport(payload.ctsConfig);
        this.#connectOnDemand(this.#receive, "CONNECT_STC_TRANSPORT");
        this.#connectOnDemand(this.#send, "CONNECT_CTS_TRANSPORT");
        this.#send.on("produce", ({ kind, rtpParameters, appData }, resolve, reject) =>
          this.#request({ name: "INIT_PRODUCER", payload: { type: appData.type, kind, rtpParameters } }).then(resolve, reject),
        );
        this.#state = "connected";
        for (const type of this.#published) {
          this.publish(type).catch((error) => this.#errors.push(String(error.stack)));
        }
        return this.#device.recvRtpCapabilities;
      }
      case "INIT_CONSUMER": {
        const { id, kind, producerId, rtpParameters, sessionId, type, active } = payload;
        const consumer = await this.#receive.consume({ id, kind, producerId, rtpParameters, appData: { sessionId, type } });
        const { mid } = consumer.rtpParameters;
        const element = play(consumer.track);
        this.#received.set(`${sessionId}/${type}`, { track: consumer.track, active, element, sessionId, type, mid });
        this.#consumerCount++;
        return undefined;
      }
      default:
        return undefined;
    }
  }

  #connectOnDemand(transport, name) {
    transport.on("connect", ({ dtlsParameters }, resolve, reject) =>
      this.#request({ name, payload: { dtlsParameters } }).then(resolve, reject),
    );
  }

  #onMessage({ name, payload }) {
    switch (name) {
      case "BROADCAST":
        this.#broadcasts.push(payload);
        break;
      case "SESSION_LEAVE":
        this.#left.push(payload.sessionId);
        break;
      case "S_INFO_CHANGE":
        for (const [sessionId, info] of Object.entries(payload)) {
          this.#infos[sessionId] = { ...this.#infos[sessionId], ...info };
        }
        break;
    }
  }
}

window.participant = new StockParticipant();
