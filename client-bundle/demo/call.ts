/** The call as data: who is in it, what they send, how the connection is. Knows nothing of the page. */
import {
  SfuClient,
  SfuClientState,
  type ClientUpdate,
  type CloseCause,
  type SessionId,
  type SessionInfo,
  type StreamType,
} from "../src/index.js";
import { openDevice, openScreen } from "./devices.js";
import { watchSpeaking } from "./speaking.js";

export interface Participant {
  sessionId: SessionId;
  name: string;
  isSelf: boolean;
  info: SessionInfo;
  streams: Partial<Record<StreamType, MediaStream>>;
}

export type Ending = CloseCause | "left";

interface Token {
  url: string;
  jwt: string;
  channelUUID: string;
  sessionId: SessionId;
}

export interface JoinOptions {
  channel: string;
  name: string;
  audio: MediaStreamTrack | undefined;
  camera: MediaStreamTrack | undefined;
  deviceIds: { audio?: string | undefined; camera?: string | undefined };
}

/** After a reconnection, those who were not heard of by then are taken to have left meanwhile. */
const STALE_MILLIS = 4_000;

/** Fires `change` whenever anything about it changed, and `problem` (detail: a sentence for the person). */
export class Call extends EventTarget {
  readonly client = new SfuClient();
  readonly self: Participant;
  readonly others = new Map<string, Participant>();
  ending: Ending | undefined;
  #tracks: Partial<Record<StreamType, MediaStreamTrack>> = {};
  #stopWatching: (() => void) | undefined;
  #greetTimer: ReturnType<typeof setTimeout> | undefined;
  #stale = new Set<string>();
  #staleTimer: ReturnType<typeof setTimeout> | undefined;

  private constructor(
    private readonly options: JoinOptions,
    sessionId: SessionId,
  ) {
    super();
    this.self = {
      sessionId,
      name: options.name,
      isSelf: true,
      info: { isSelfMuted: !options.audio?.enabled },
      streams: {},
    };
    this.client.addEventListener("stateChange", ({ detail }) => this.#onState(detail.state, detail.cause));
    this.client.addEventListener("update", ({ detail }) => this.#onUpdate(detail));
    if (options.audio) {
      this.#setTrack("audio", options.audio);
    }
    if (options.camera) {
      this.#setTrack("camera", options.camera);
    }
  }

  get state(): SfuClientState {
    return this.client.state;
  }

  get channel(): string {
    return this.options.channel;
  }

  /**
   * Begins to connect; the tracks in `options` belong to the call from then on.
   *
   * @throws Error (as a rejection) when there is no ticket to be had; its message is for the person.
   */
  static async join(options: JoinOptions): Promise<Call> {
    const token = await fetchToken(options.channel, options.name);
    const call = new Call(options, token.sessionId);
    call.client.updateInfo(call.#publicInfo(), { needRefresh: true });
    void call.client.connect(token.url, token.jwt, { channelUUID: token.channelUUID, detectSpeaking: true });
    return call;
  }

  leave(): void {
    this.#end("left");
    this.client.disconnect();
  }

  async toggleAudio(): Promise<void> {
    const track = this.#tracks.audio;
    if (track) {
      track.enabled = !track.enabled;
    } else {
      this.#setTrack("audio", await openDevice("audio", this.options.deviceIds.audio));
    }
    this.#setInfo({ isSelfMuted: !this.#tracks.audio?.enabled });
  }

  async toggleCamera(): Promise<void> {
    if (this.#tracks.camera) {
      this.#dropTrack("camera");
    } else {
      this.#setTrack("camera", await openDevice("camera", this.options.deviceIds.camera));
    }
  }

  async toggleScreen(): Promise<void> {
    if (this.#tracks.screen) {
      this.#dropTrack("screen");
      return;
    }
    const track = await openScreen();
    if (track) {
      this.#setTrack("screen", track);
    }
  }

  toggleHand(): void {
    this.#setInfo({ isRaisingHand: !this.self.info.isRaisingHand });
  }

  // ---- our side

  #setTrack(type: StreamType, track: MediaStreamTrack): void {
    this.#tracks[type] = track;
    this.self.streams[type] = new MediaStream([track]);
    track.addEventListener("ended", () => {
      if (this.#tracks[type] === track) {
        this.#dropTrack(type);
        if (type !== "screen") {
          this.#problem(`Your ${type === "audio" ? "microphone" : "camera"} was unplugged or taken away.`);
        }
      }
    });
    if (type === "audio") {
      this.#stopWatching = watchSpeaking(track, (isTalking) => {
        this.self.info.isTalking = isTalking;
        this.#changed();
      });
    }
    void this.client.updateUpload(type, track);
    this.#setInfo(ownStreamInfo(type, true));
  }

  #dropTrack(type: StreamType): void {
    this.#tracks[type]?.stop();
    delete this.#tracks[type];
    delete this.self.streams[type];
    if (type === "audio") {
      this.#stopWatching?.();
      this.#stopWatching = undefined;
    }
    void this.client.updateUpload(type, null);
    this.#setInfo(ownStreamInfo(type, false));
  }

  #setInfo(info: SessionInfo): void {
    Object.assign(this.self.info, info);
    this.client.updateInfo(this.#publicInfo());
    this.#changed();
  }

  /** All but `isTalking`: that the server finds out by itself. */
  #publicInfo(): SessionInfo {
    const { isTalking: _, ...info } = this.self.info;
    return info;
  }

  // ---- the others

  #onState(state: SfuClientState, cause: CloseCause | undefined): void {
    if (state === SfuClientState.RECOVERING) {
      this.#stale = new Set(this.others.keys());
      clearTimeout(this.#staleTimer);
    } else if (state === SfuClientState.AUTHENTICATED) {
      this.client.broadcast({ hello: this.self.name, answer: true });
      this.#staleTimer = setTimeout(() => this.#dropStale(), STALE_MILLIS);
    } else if (state === SfuClientState.CLOSED) {
      this.#end(cause ?? "kicked");
    }
    this.#changed();
  }

  #onUpdate(update: ClientUpdate): void {
    switch (update.name) {
      case "broadcast":
        this.#onGreeting(update.payload.senderId, update.payload.message);
        break;
      case "disconnect":
        this.others.delete(String(update.payload.sessionId));
        break;
      case "info_change":
        for (const [id, info] of Object.entries(update.payload)) {
          Object.assign(this.#participant(id).info, info);
        }
        break;
      case "track": {
        const { sessionId, type, track, active } = update.payload;
        const participant = this.#participant(sessionId);
        participant.streams[type] = new MediaStream([track]);
        if (type !== "audio") {
          Object.assign(participant.info, ownStreamInfo(type, active));
        }
        break;
      }
    }
    this.#changed();
  }

  /** Names travel by broadcast: the protocol has none. Who is greeted answers, once for all who came within a moment. */
  #onGreeting(senderId: SessionId, message: unknown): void {
    const { hello, answer } = (message ?? {}) as { hello?: unknown; answer?: unknown };
    if (typeof hello !== "string") {
      return;
    }
    this.#participant(senderId).name = hello.slice(0, 60);
    if (answer) {
      this.#greetTimer ??= setTimeout(() => {
        this.#greetTimer = undefined;
        this.client.broadcast({ hello: this.self.name });
      }, 50);
    }
  }

  #participant(sessionId: SessionId): Participant {
    const key = String(sessionId);
    this.#stale.delete(key);
    let participant = this.others.get(key);
    if (!participant) {
      participant = { sessionId, name: `Guest ${key}`, isSelf: false, info: {}, streams: {} };
      this.others.set(key, participant);
    }
    return participant;
  }

  #dropStale(): void {
    for (const key of this.#stale) {
      this.others.delete(key);
    }
    this.#stale.clear();
    this.#changed();
  }

  #end(ending: Ending): void {
    this.ending = ending;
    clearTimeout(this.#greetTimer);
    clearTimeout(this.#staleTimer);
    this.#stopWatching?.();
    for (const track of Object.values(this.#tracks)) {
      track.stop();
    }
    this.#tracks = {};
  }

  #problem(text: string): void {
    this.dispatchEvent(new CustomEvent("problem", { detail: text }));
  }

  #changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

function ownStreamInfo(type: StreamType, on: boolean): SessionInfo {
  switch (type) {
    case "audio":
      return { isSelfMuted: !on };
    case "camera":
      return { isCameraOn: on };
    case "screen":
      return { isScreenSharingOn: on };
  }
}

async function fetchToken(channel: string, name: string): Promise<Token> {
  let response: Response;
  try {
    response = await fetch(`token?${new URLSearchParams({ channel, name }).toString()}`);
  } catch {
    throw new Error("The server doesn't answer. Is it still running?");
  }
  if (!response.ok) {
    throw new Error(`The server gave no token for this call (HTTP ${response.status}).`);
  }
  return (await response.json()) as Token;
}
