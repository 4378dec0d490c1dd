/**
 * What goes over the WebSocket, as types: names, payloads, close codes. Nothing here runs.
 *
 * A bus frame is a JSON array of {@link Payload}; see `Bus` for how they are sent and answered.
 */
import type { types as mediasoup } from "mediasoup-client";

export const STREAM_TYPES = ["audio", "camera", "screen"] as const;
export type StreamType = (typeof STREAM_TYPES)[number];

/** Goes back out as the type it came in, so `7` and `"7"` are both possible. */
export type SessionId = number | string;

/** Anything `JSON.stringify` carries unchanged. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined };

export interface SessionInfo {
  isTalking?: boolean;
  isCameraOn?: boolean;
  isScreenSharingOn?: boolean;
  isSelfMuted?: boolean;
  isDeaf?: boolean;
  isRaisingHand?: boolean;
}

export type DownloadStates = Partial<Record<StreamType, boolean>>;

/**
 * The first frame of a connection. `features` says what this client can do beyond the deployed one; `resumes`: it has
 * media from before, which goes on until this connection's media has taken its place.
 */
export interface Credentials {
  channelUUID?: string | undefined;
  jwt: string;
  features: Feature[];
  resumes?: true;
}

/**
 * `move`: our session may move to another server, over the same WebSocket (a second INIT_TRANSPORTS) or a second one
 * (MOVE). `speaking`: the server derives our `isTalking` from the audio levels that we send.
 */
export type Feature = "move" | "speaking";

export const CloseCode = {
  CLEAN: 1000,
  GOING_AWAY: 1001,
  /** Never sent: what a browser says of a connection that broke. */
  ABNORMAL: 1006,
  SERVER_ERROR: 1011,
  AUTHENTICATION_FAILED: 4106,
  KICKED: 4108,
  CHANNEL_FULL: 4109,
} as const;

export interface Message {
  name: string;
  payload?: unknown;
}

export interface Payload {
  /** The bare result when `responseTo` is present (absent: no result), a {@link Message} otherwise. */
  message?: unknown;
  needResponse?: string;
  responseTo?: string;
}

// ---- what the client sends

export type ClientMessage =
  | { name: "BROADCAST"; payload: Json }
  | { name: "CONSUMPTION_CHANGE"; payload: { sessionId: SessionId; states: DownloadStates } }
  | { name: "PRODUCTION_CHANGE"; payload: { type: StreamType; active: boolean } }
  | { name: "C_INFO_CHANGE"; payload: { info: SessionInfo; needRefresh?: boolean } };

export type ClientRequest =
  | { name: "CONNECT_CTS_TRANSPORT"; payload: { dtlsParameters: mediasoup.DtlsParameters } }
  | { name: "CONNECT_STC_TRANSPORT"; payload: { dtlsParameters: mediasoup.DtlsParameters } }
  | {
      name: "INIT_PRODUCER";
      payload: { type: StreamType; kind: mediasoup.MediaKind; rtpParameters: mediasoup.RtpParameters };
    };

// ---- what the server sends

export interface TransportsConfig {
  capabilities: mediasoup.RtpCapabilities;
  /** Server to client. */
  stcConfig: mediasoup.TransportOptions;
  /** Client to server. */
  ctsConfig: mediasoup.TransportOptions;
  producerOptionsByKind?: ProducerOptionsByKind;
}

export type ProducerOptionsByKind = Partial<Record<mediasoup.MediaKind, mediasoup.ProducerOptions>>;

export interface ConsumerConfig {
  id: string;
  kind: mediasoup.MediaKind;
  producerId: string;
  rtpParameters: mediasoup.RtpParameters;
  sessionId: SessionId;
  type: StreamType;
  /** Whether its producer is sending now; unlike the viewer's wish, which is ours. */
  active: boolean;
}

export type ServerMessage =
  | { name: "BROADCAST"; payload: { senderId: SessionId; message: Json } }
  | { name: "SESSION_LEAVE"; payload: { sessionId: SessionId } }
  | { name: "S_INFO_CHANGE"; payload: Record<string, SessionInfo> }
  /** The connection ends soon: open a second one that `resumes`, and close this one when media flows there. */
  | { name: "MOVE"; payload?: undefined }
  /** All other sessions in the channel, some time after a move; who isn't named was lost on the way. */
  | { name: "SESSIONS"; payload: { sessionIds: SessionId[] } };

export type ServerRequest =
  | { name: "INIT_TRANSPORTS"; payload: TransportsConfig }
  | { name: "INIT_CONSUMER"; payload: ConsumerConfig }
  | { name: "PING"; payload?: undefined };
