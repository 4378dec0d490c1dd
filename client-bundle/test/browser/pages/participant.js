/** The page of one participant: `window.participant` is what a test drives. */
import { SfuClient } from "/odoo_sfu.js";
import { openTrack, play, lineOf, receivedOf, sentOf } from "/tracks.js";

class Participant {
  client = new SfuClient();
  #events = [];
  #states = [];
  #replaced = [];
  #cause;
  #infos = {};
  #left = [];
  #broadcasts = [];
  /** `sessionId/type` → `{track, active, element}`, of the latest consumer. */
  #received = new Map();
  #sent = new Map();
  #consumerCount = 0;

  constructor() {
    this.client.addEventListener("stateChange", ({ detail }) => {
      this.#cause = detail.cause;
      this.#states.push(detail.state);
      this.#log(detail.cause ? `${detail.state} (${detail.cause})` : detail.state);
    });
    this.client.addEventListener("update", ({ detail: { name, payload } }) => this.#onUpdate(name, payload));
  }

  join({ url, jwt, channelUUID, detectSpeaking }) {
    return this.client.connect(url, jwt, { channelUUID, iceServers: [], detectSpeaking });
  }

  async publish(type, options) {
    const track = this.#sent.get(type) ?? (await openTrack(type, options));
    this.#sent.set(type, track);
    await this.client.updateUpload(type, track);
  }

  async unpublish(type) {
    await this.client.updateUpload(type, null);
  }

  updateDownload(sessionId, states) {
    this.client.updateDownload(sessionId, states);
  }

  updateInfo(info, options) {
    this.client.updateInfo(info, options);
  }

  broadcast(message) {
    this.client.broadcast(message);
  }

  leave() {
    this.client.disconnect();
  }

  state() {
    return { state: this.client.state, cause: this.#cause };
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

  events() {
    return this.#events;
  }

  /** How many consumers were ever set up. */
  consumerCount() {
    return this.#consumerCount;
  }

  /** What became of tracks that were replaced: `sessionId`, `type`, and the `state` at that moment, "live" or "ended". */
  replaced() {
    return this.#replaced;
  }

  /** Every state that it came to. */
  states() {
    return this.#states;
  }

  moveCount() {
    return this.client.moveCount;
  }

  markGaps() {
    this.client.gapMeter.mark();
  }

  gaps() {
    return this.client.gapMeter.gaps;
  }

  active(sessionId, type) {
    return this.#received.get(`${sessionId}/${type}`)?.active;
  }

  async received(sessionId, type) {
    const entry = this.#received.get(`${sessionId}/${type}`);
    const { downloadStats } = await this.client.getStats();
    return entry && downloadStats ? receivedOf(downloadStats, entry.track) : null;
  }

  async sent() {
    const { uploadStats } = await this.client.getStats();
    return uploadStats ? { ...lineOf([...uploadStats.values()]), streams: sentOf(uploadStats) } : null;
  }

  quality() {
    return this.client.getQuality();
  }

  async describe() {
    const received = {};
    for (const key of this.#received.keys()) {
      const [sessionId, type] = key.split("/");
      received[key] = await this.received(sessionId, type);
    }
    return {
      state: this.state(),
      events: this.#events.slice(-40),
      infos: this.#infos,
      errors: this.client.errors.map(String),
      sent: await this.sent(),
      received,
    };
  }

  #onUpdate(name, payload) {
    switch (name) {
      case "track": {
        const key = `${payload.sessionId}/${payload.type}`;
        const former = this.#received.get(key);
        if (former) {
          former.element.remove();
          this.#replaced.push({ sessionId: payload.sessionId, type: payload.type, state: former.track.readyState });
        }
        this.#received.set(key, { track: payload.track, active: payload.active, element: play(payload.track) });
        this.#consumerCount++;
        this.#log(`track ${key}${payload.active ? "" : " (inactive)"}`);
        break;
      }
      case "broadcast":
        this.#broadcasts.push(payload);
        break;
      case "disconnect":
        this.#left.push(payload.sessionId);
        this.#log(`${payload.sessionId} left`);
        break;
      case "info_change":
        for (const [sessionId, info] of Object.entries(payload)) {
          this.#infos[sessionId] = { ...this.#infos[sessionId], ...info };
        }
        this.#log(`info ${JSON.stringify(payload)}`);
        break;
    }
  }

  #log(text) {
    this.#events.push(`${Math.round(performance.now())} ${text}`);
  }
}

window.participant = new Participant();
