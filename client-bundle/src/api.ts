/** What an app sees of the client besides its methods: states, updates, options. */
import type { Json, SessionId, SessionInfo, StreamType } from "./protocol.js";

export const SfuClientState = {
  /** Not connected, and not wanting to be: at the start and after `disconnect()`. */
  DISCONNECTED: "disconnected",
  CONNECTING: "connecting",
  /** The server knows us; messages go both ways. A channel without media stays here. */
  AUTHENTICATED: "authenticated",
  /** Tracks can go both ways. */
  CONNECTED: "connected",
  /** The connection is lost; another attempt follows by itself. */
  RECOVERING: "recovering",
  /** The server doesn't want us (any more); no attempt follows. See the event's `cause`. */
  CLOSED: "closed",
} as const;
export type SfuClientState = (typeof SfuClientState)[keyof typeof SfuClientState];

/** The same under the name that Odoo's code imports. */
export const SFU_CLIENT_STATE = SfuClientState;

export const CLIENT_UPDATE = {
  TRACK: "track",
  BROADCAST: "broadcast",
  DISCONNECT: "disconnect",
  INFO_CHANGE: "info_change",
} as const;

/**
 * `track` is to be played in place of an earlier one of the same session and type, which ends when this was told; it
 * delivers already, unless there was none before it.
 */
export interface TrackUpdate {
  type: StreamType;
  sessionId: SessionId;
  track: MediaStreamTrack;
  active: boolean;
}

export type ClientUpdate =
  | { name: "track"; payload: TrackUpdate }
  | { name: "broadcast"; payload: { senderId: SessionId; message: Json } }
  | { name: "disconnect"; payload: { sessionId: SessionId } }
  | { name: "info_change"; payload: Record<string, SessionInfo> };

export type CloseCause = "full" | "kicked" | "authentication";

export interface StateChange {
  state: SfuClientState;
  /** Only with `closed`. */
  cause?: CloseCause;
}

export interface ConnectOptions {
  channelUUID?: string;
  iceServers?: RTCIceServer[];
  /** Lets the server tell the others when we speak, from our audio levels. Leave it off when the app does so. */
  detectSpeaking?: boolean;
}

export interface SfuStats {
  uploadStats?: RTCStatsReport;
  downloadStats?: RTCStatsReport;
  audio?: RTCStatsReport;
  camera?: RTCStatsReport;
  screen?: RTCStatsReport;
}
