/** Runs in the page: obeys PeerCommands with the client bundle, and reports what the browser decodes. */
import { SfuClient } from "/odoo_sfu.js";

const client = new SfuClient();
/** What we receive: track id → {sessionId, type} and what was counted last. */
const received = new Map();

client.addEventListener("stateChange", ({ detail: { state, cause } }) => {
  if (state === "authenticated") {
    emit({ event: "joined" });
  } else if (state === "closed") {
    emit({ event: "closed", code: 0, reason: cause ?? "" });
  }
});

client.addEventListener("update", ({ detail: { name, payload } }) => {
  if (name === "track") {
    const { sessionId, type, track } = payload;
    received.set(track.id, { sessionId, type, energy: 0, seconds: 0, level: 0 });
    play(track);
    emit({ event: "receiving", sessionId, type, consumerId: track.id });
  } else if (name === "disconnect") {
    emit({ event: "sessionLeft", sessionId: payload.sessionId });
  }
});

/** Chromium decodes no audio that nobody listens to. */
function play(track) {
  const element = document.createElement(track.kind);
  element.srcObject = new MediaStream([track]);
  element.autoplay = true;
  document.body.append(element);
}

const commands = {
  async join({ url, channelUuid, jwt }) {
    await client.connect(url, jwt, { channelUUID: channelUuid, iceServers: [] });
  },
  async sendAudio() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    await send("audio", stream.getAudioTracks()[0]);
  },
  async sendVideo({ type, width, height, framesPerSecond }) {
    const size = { width: { exact: width }, height: { exact: height }, frameRate: framesPerSecond };
    const stream = await navigator.mediaDevices.getUserMedia({ video: size });
    await send(type, stream.getVideoTracks()[0]);
  },
  async setActive({ type, active }) {
    await client.updateUpload(type, active ? sent.get(type) : null);
  },
  async setWanted({ sessionId, type, wanted }) {
    client.updateDownload(sessionId, { [type]: wanted });
  },
  async leave() {
    client.disconnect();
  },
};

const sent = new Map();

async function send(type, track) {
  sent.set(type, track);
  await client.updateUpload(type, track);
  emit({ event: "sending", type, producerId: "" });
}

window.obey = (command) => commands[command.command](command);

window.report = async () => {
  const { uploadStats, downloadStats } = await client.getStats();
  const streams = [];
  for (const stats of downloadStats?.values() ?? []) {
    const stream = stats.type === "inbound-rtp" ? received.get(stats.trackIdentifier) : undefined;
    if (stream) {
      streams.push(count(stream, stats));
    }
  }
  emit({ event: "progress", received: streams, send: transport(uploadStats), receive: transport(downloadStats) });
};

function count(stream, stats) {
  const energy = stats.totalAudioEnergy ?? 0;
  const seconds = stats.totalSamplesDuration ?? 0;
  if (seconds > stream.seconds) {
    stream.level = Math.sqrt((energy - stream.energy) / (seconds - stream.seconds));
    stream.energy = energy;
    stream.seconds = seconds;
  }
  return {
    sessionId: stream.sessionId,
    type: stream.type,
    frames: stats.framesDecoded ?? 0,
    width: stats.frameWidth ?? 0,
    height: stats.frameHeight ?? 0,
    samples: stats.totalSamplesReceived ?? 0,
    audioLevel: stream.level,
  };
}

function transport(report) {
  const all = [...(report?.values() ?? [])];
  const dtls = all.find((stats) => stats.type === "transport");
  const pair = all.find((stats) => stats.id === dtls?.selectedCandidatePairId);
  const candidate = all.find((stats) => stats.id === pair?.localCandidateId);
  return {
    state: dtls?.dtlsState ?? "new",
    protocol: candidate?.protocol ?? "",
    dtlsRole: dtls?.dtlsRole ?? "unknown",
    layers: all.filter((stats) => stats.type === "outbound-rtp" && stats.kind === "video").map(layer),
  };
}

function layer(stats) {
  return {
    rid: stats.rid ?? "",
    frames: stats.framesEncoded ?? 0,
    width: stats.frameWidth ?? 0,
    height: stats.frameHeight ?? 0,
    limitation: stats.qualityLimitationReason ?? "none",
  };
}
