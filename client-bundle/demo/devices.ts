/** In: what the person wants to be seen and heard by. Out: tracks, or in plain words why there are none. */

export type DeviceKind = "audio" | "camera";

export interface DeviceProblem {
  kind: DeviceKind | "both";
  text: string;
}

const CAMERA_SIZE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };

/** Why nothing can work here at all, or nothing. */
export function browserProblem(): string | undefined {
  if (typeof RTCPeerConnection === "undefined") {
    return "This browser can't make calls: it has no WebRTC. A current Chrome, Edge, Firefox or Safari can.";
  }
  return undefined;
}

/** @throws DeviceError, whose message is for the person. */
export async function openDevice(kind: DeviceKind, deviceId: string | undefined): Promise<MediaStreamTrack> {
  if (!navigator.mediaDevices) {
    throw new DeviceError("Browsers give camera and microphone only to pages on https:// or on localhost.");
  }
  const id = deviceId ? { deviceId: { exact: deviceId } } : {};
  try {
    const stream = await navigator.mediaDevices.getUserMedia(
      kind === "audio"
        ? { audio: { ...id, echoCancellation: true, noiseSuppression: true, autoGainControl: true } }
        : { video: { ...id, ...CAMERA_SIZE } },
    );
    return firstTrack(stream);
  } catch (error) {
    throw new DeviceError(describe(kind, error as DOMException), { cause: error });
  }
}

/** @returns nothing when the person thought better of it. */
export async function openScreen(): Promise<MediaStreamTrack | undefined> {
  if (!navigator.mediaDevices?.getDisplayMedia) {
    throw new DeviceError("This browser can't share a screen.");
  }
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 30 } } });
    const track = firstTrack(stream);
    track.contentHint = "detail";
    return track;
  } catch (error) {
    if ((error as DOMException).name === "NotAllowedError") {
      return undefined;
    }
    throw new DeviceError("The screen can't be captured right now.", { cause: error });
  }
}

/** The devices there are; labels are empty until a permission was given. */
export async function listDevices(kind: DeviceKind): Promise<MediaDeviceInfo[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const wanted = kind === "audio" ? "audioinput" : "videoinput";
  return devices.filter((device) => device.kind === wanted && device.deviceId !== "");
}

export class DeviceError extends Error {}

function firstTrack(stream: MediaStream): MediaStreamTrack {
  const [track] = stream.getTracks();
  if (!track) {
    throw new DeviceError("The browser gave a stream without a track.");
  }
  return track;
}

function describe(kind: DeviceKind, error: DOMException): string {
  const device = kind === "audio" ? "microphone" : "camera";
  switch (error.name) {
    case "NotAllowedError":
      return `The ${device} is blocked. Allow it in the address bar, then turn it on.`;
    case "NotFoundError":
    case "OverconstrainedError":
      return `No ${device} was found. You can join without.`;
    case "NotReadableError":
    case "AbortError":
      return `The ${device} is in use by another program, or failed.`;
    default:
      return `The ${device} can't be used: ${error.message || error.name}.`;
  }
}
