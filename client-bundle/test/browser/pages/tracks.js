/** Tracks to send, and a place for those that arrive. */

/** @returns a track of one of the three stream types */
export async function openTrack(type, { width = 1280, height = 720, fps = 10, voice = false } = {}) {
  switch (type) {
    case "audio": {
      if (voice) {
        return hum();
      }
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
      });
      return stream.getAudioTracks()[0];
    }
    case "camera": {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { width, height, frameRate: fps } });
      return stream.getVideoTracks()[0];
    }
    case "screen":
      return drawScreen(width, height, fps);
  }
}

/** The made-up microphone only beeps now and then: too short to pass for somebody who speaks. */
function hum() {
  const context = new AudioContext();
  const destination = context.createMediaStreamDestination();
  const oscillator = new OscillatorNode(context, { frequency: 220 });
  oscillator.connect(new GainNode(context, { gain: 0.5 })).connect(destination);
  oscillator.start();
  return destination.stream.getAudioTracks()[0];
}

/** A canvas stands for a screen: sharing a real one depends on the desktop that a test machine has. */
function drawScreen(width, height, fps) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  let frame = 0;
  const draw = () => {
    context.fillStyle = `hsl(${(frame * 7) % 360} 60% 40%)`;
    context.fillRect(0, 0, width, height);
    context.fillStyle = "white";
    context.font = `${height / 4}px sans-serif`;
    context.fillText(`screen ${frame++}`, width / 10, height / 2);
  };
  draw();
  const track = canvas.captureStream(fps).getVideoTracks()[0];
  const timer = setInterval(() => (track.readyState === "live" ? draw() : clearInterval(timer)), 1000 / fps);
  return track;
}

/** Plays a remote track, so that it is decoded. */
export function play(track) {
  const element = document.createElement(track.kind);
  element.autoplay = true;
  element.muted = track.kind === "video";
  element.srcObject = new MediaStream([track]);
  document.body.append(element);
  return element;
}

/** What a test asks about a received track, out of its transport's report. */
export function receivedOf(report, track) {
  const stats = [...report.values()];
  const inbound = stats.find((stat) => stat.type === "inbound-rtp" && stat.trackIdentifier === track.id);
  if (!inbound) {
    return null;
  }
  return {
    packetsReceived: inbound.packetsReceived,
    packetsLost: inbound.packetsLost,
    framesDecoded: inbound.framesDecoded,
    framesPerSecond: inbound.framesPerSecond,
    frameWidth: inbound.frameWidth,
    frameHeight: inbound.frameHeight,
    freezeCount: inbound.freezeCount,
    nackCount: inbound.nackCount,
    pliCount: inbound.pliCount,
    totalAudioEnergy: inbound.totalAudioEnergy,
    mimeType: report.get(inbound.codecId)?.mimeType ?? "",
    fmtp: report.get(inbound.codecId)?.sdpFmtpLine ?? "",
    ...lineOf(stats),
  };
}

/** What is sent, a line a layer. */
export function sentOf(report) {
  return [...report.values()]
    .filter((stat) => stat.type === "outbound-rtp")
    .map(({ kind, rid, frameWidth, framesPerSecond, packetsSent, qualityLimitationReason, encoderImplementation, pliCount }) => ({
      kind, rid, frameWidth, framesPerSecond, packetsSent, qualityLimitationReason, encoderImplementation, pliCount,
    }));
}

/** Of the candidate pair in use: `protocol`, "udp" or "tcp", and `remotePort`, the server's. */
export function lineOf(stats) {
  const transport = stats.find((stat) => stat.type === "transport");
  const pair = stats.find((stat) => stat.id === transport?.selectedCandidatePairId);
  const candidate = (id) => stats.find((stat) => stat.id === id);
  return { protocol: candidate(pair?.localCandidateId)?.protocol, remotePort: candidate(pair?.remoteCandidateId)?.port };
}
