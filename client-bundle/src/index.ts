/** What the bundle exports. */
export { CLIENT_UPDATE, SFU_CLIENT_STATE, SfuClientState } from "./api.js";
export type { ClientUpdate, CloseCause, ConnectOptions, SfuStats, StateChange, TrackUpdate } from "./api.js";
export { SfuClient } from "./client.js";
export type { GapMeter, ReceivingGap } from "./gaps.js";
export type { DownloadStates, Json, SessionId, SessionInfo, StreamType } from "./protocol.js";
export type { Quality, StreamQuality } from "./stats.js";

/** When and from what the bundle was built. */
export const __info__: { date: string; hash: string; url: string; version: string } = __BUILD_INFO__;

/** Put in by the build. */
declare const __BUILD_INFO__: { date: string; hash: string; url: string; version: string };
