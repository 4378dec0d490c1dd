/** The page of one who joins again and again, with a watch: `window.participant.measure(ticket)`. */
const FULL_RATE_WINDOW_MILLIS = 500;
const FULL_RATE_FPS = 27; // 90 % of the 30 that the camera gives
const FULL_WIDTH = 1280;
const GIVE_UP_MILLIS = 15_000;

let zero = 0;
let timeline = [];
const mark = (what) => timeline.push({ atMillis: performance.now() - zero, what });

/** Names what a bus frame carries. */
function contents(text) {
  if (typeof text !== "string" || !text.startsWith("[")) {
    return text === "" ? "authenticated" : "credentials";
  }
  return JSON.parse(text)
    .map(({ message, responseTo }) => (responseTo ? `answer ${responseTo}` : `${message.name} ${message.payload?.type ?? ""}`.trim()))
    .join(", ");
}

// Watches what the client does from the outside: what is measured is the bundle as it ships.
window.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    this.addEventListener("open", () => mark("WebSocket open"));
    this.addEventListener("message", ({ data }) => mark(`← ${contents(data)}`));
  }

  send(data) {
    mark(`→ ${contents(data)}`);
    super.send(data);
  }
};
let connectionCount = 0;
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...args) {
    super(...args);
    const name = `connection ${connectionCount++}`;
    mark(`${name} made`);
    this.addEventListener("iceconnectionstatechange", () => mark(`${name}: ICE ${this.iceConnectionState}`));
    this.addEventListener("connectionstatechange", () => mark(`${name}: ${this.connectionState}`));
  }
};

const { SfuClient } = await import("/odoo_sfu.js");
const { openTrack } = await import("/tracks.js");

/**
 * Reads what the decoder gives until it gives the full rate.
 *
 * @returns {{firstFrame, firstFullSize, fullRate}} in ms since `connect()`; the full rate is reached at the end of the
 *   first window that holds it, so no sooner than half a second after the first frame
 */
async function watchFrames(track) {
  const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
  const times = {};
  const full = [];
  while (times.fullRate === undefined && performance.now() - zero < GIVE_UP_MILLIS) {
    const { value: frame, done } = await reader.read();
    if (done) {
      break;
    }
    const now = performance.now() - zero;
    const isFull = frame.displayWidth === FULL_WIDTH;
    frame.close();
    times.firstFrame ??= now;
    if (isFull) {
      times.firstFullSize ??= now;
      full.push(now);
      while (full[0] < now - FULL_RATE_WINDOW_MILLIS) {
        full.shift();
      }
      const windowIsPast = now - times.firstFullSize >= FULL_RATE_WINDOW_MILLIS - 1000 / FULL_RATE_FPS;
      if (windowIsPast && full.length >= (FULL_RATE_FPS * FULL_RATE_WINDOW_MILLIS) / 1000) {
        times.fullRate = now;
      }
    }
  }
  await reader.cancel();
  return times;
}

/** Opened once and sent in every join. */
let ownTracks = [];

/** From now on the joiner sends sound and a camera too, from the first moment. */
async function send(camera) {
  ownTracks = await Promise.all(["audio", "camera"].map(async (type) => [type, await openTrack(type, camera)]));
}

async function measure({ url, jwt, channelUUID }) {
  timeline = [];
  connectionCount = 0;
  const client = new SfuClient();
  for (const [type, track] of ownTracks) {
    void client.updateUpload(type, track);
  }
  const camera = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`no camera within ${GIVE_UP_MILLIS} ms: ${JSON.stringify(timeline)}`)), GIVE_UP_MILLIS);
    client.addEventListener("update", ({ detail: { name, payload } }) => {
      if (name === "track" && payload.type === "camera") {
        mark("camera track");
        resolve(watchFrames(payload.track));
      }
    });
  });
  zero = performance.now();
  client.connect(url, jwt, { channelUUID, iceServers: [] });
  try {
    const times = await camera;
    const report = [...(await client.getStats()).downloadStats.values()];
    const { framesDecoded, framesDropped, pliCount, nackCount, jitterBufferDelay, jitterBufferEmittedCount, totalDecodeTime } =
      report.find(({ type, kind }) => type === "inbound-rtp" && kind === "video");
    return {
      ...times,
      timeline,
      decoder: { framesDecoded, framesDropped, pliCount, nackCount, jitterBufferDelay, jitterBufferEmittedCount, totalDecodeTime },
    };
  } finally {
    client.disconnect();
  }
}

window.participant = { measure, send };
