/** In: an address, credentials, MOVE. Out: a bus, another when that one is lost or moves. Knows nothing of media. */
import type { CloseCause } from "./api.js";
import { Backoff, moveDelayMillis } from "./backoff.js";
import type { Bus } from "./bus.js";
import { CloseCode, type Credentials, type ServerMessage, type ServerRequest } from "./protocol.js";
import { Signalling } from "./signalling.js";

/** The longest that a connection we have moved away from is kept for the media that came with it. */
const FORMER_KEPT_MILLIS = 10_000;

const CLOSE_CAUSES: Readonly<Record<number, CloseCause>> = {
  [CloseCode.AUTHENTICATION_FAILED]: "authentication",
  [CloseCode.KICKED]: "kicked",
  [CloseCode.CHANNEL_FULL]: "full",
};

/** What a connection ends with when its server dies, drains or breaks. */
const SERVER_DIED: readonly number[] = [CloseCode.GOING_AWAY, CloseCode.ABNORMAL, CloseCode.SERVER_ERROR];

export interface ConnectionListener {
  onConnecting(): void;
  /** `bus` is the one to use from now on; it `moved` when it takes the place of another, with no loss between. */
  onBus(bus: Bus, moved: boolean): void;
  /** Another attempt follows by itself. */
  onLost(): void;
  /** No attempt follows. */
  onRefused(cause: CloseCause): void;
  onMessage(message: Exclude<ServerMessage, { name: "MOVE" }>): void;
  onRequest(request: ServerRequest, respond: (result?: unknown) => void): void;
  onError(error: Error): void;
  /** Whether there is media for the next connection to take over. */
  hasMedia(): boolean;
}

/** A second WebSocket on its way in beside the one in use; between two attempts there is none. */
interface Move {
  next: Signalling | undefined;
  attempts: number;
  timer: ReturnType<typeof setTimeout> | undefined;
  /** The server that we are moving to wants us to move on. */
  again: boolean;
}

/**
 * One participant's connection: a WebSocket at a time, two while it moves.
 *
 * Moving, the former one stays the one in use until the next has been let in and sets up media; it is closed when that
 * flows, or after 10 s. Whatever happens to it before is a loss as any other, with the next attempt made already.
 */
export class Connection {
  readonly #createWebSocket: (url: string) => WebSocket;
  readonly #listener: ConnectionListener;
  readonly #backoff = new Backoff();
  readonly #former = new Map<Signalling, ReturnType<typeof setTimeout>>();
  #url = "";
  #credentials: Credentials = { jwt: "", features: [] };
  #current: Signalling | undefined;
  #move: Move | undefined;
  /**
   * A move's former connection ended as if we were kicked, before its next was let in. That is how a server replaces a
   * session, too: which of both it was shows when the next is let in, or isn't.
   */
  #doubt: CloseCause | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  /** Bumped by {@link open} and {@link close}: tells, after a listener was called, whether it did so. */
  #epoch = 0;

  constructor(createWebSocket: (url: string) => WebSocket, listener: ConnectionListener) {
    this.#createWebSocket = createWebSocket;
    this.#listener = listener;
  }

  /** Connects, and does so again after every loss, until it is closed or refused. */
  open(url: string, credentials: Credentials): void {
    this.close();
    this.#url = url;
    this.#credentials = credentials;
    this.#backoff.reset();
    this.#attempt();
  }

  close(): void {
    this.#epoch++;
    this.#stopRetrying();
    this.#doubt = undefined;
    clearTimeout(this.#move?.timer);
    this.#move?.next?.close();
    this.#move = undefined;
    this.#current?.close();
    this.#current = undefined;
    this.closeFormer();
  }

  /** Gives the connection up for another one: its media is of no use. */
  renew(): void {
    const current = this.#current;
    this.#current = undefined;
    if (this.#move) {
      if (current) {
        this.#keepAsFormer(current); // closed now, it would end the session that is about to move
      }
      this.#goOnWithMove(this.#move, undefined);
    } else {
      current?.close();
      this.#lose(false);
    }
  }

  /** The media of the connections that we moved away from is replaced: they can go. */
  closeFormer(): void {
    for (const [signalling, timer] of this.#former) {
      clearTimeout(timer);
      signalling.close();
    }
    this.#former.clear();
  }

  // ---- attempts

  #attempt(): void {
    this.#stopRetrying();
    const epoch = this.#epoch;
    this.#listener.onConnecting();
    if (epoch !== this.#epoch) {
      return;
    }
    try {
      this.#current = this.#openSignalling(this.#listener.hasMedia());
    } catch (error) {
      this.#listener.onError(error as Error);
      this.#lose(false);
    }
  }

  #openSignalling(resumes: boolean): Signalling {
    const credentials: Credentials = resumes ? { ...this.#credentials, resumes } : this.#credentials;
    const signalling: Signalling = new Signalling(this.#createWebSocket(this.#url), credentials, {
      onAuthenticated: () => this.#onAuthenticated(signalling),
      onMessage: (message) => this.#onMessage(signalling, message),
      onRequest: (request, respond) => this.#onRequest(signalling, request, respond),
      onEnd: (code) => this.#onEnd(signalling, code),
    });
    return signalling;
  }

  #lose(serverDied: boolean): void {
    const delayMillis = this.#backoff.nextDelayMillis(performance.now(), Math.random, serverDied);
    this.#retryTimer = setTimeout(() => this.#attempt(), delayMillis);
    globalThis.addEventListener?.("online", this.#onOnline);
    this.#listener.onLost();
  }

  /** The network is back: no reason to sit out the delay. */
  readonly #onOnline = (): void => this.#attempt();

  #stopRetrying(): void {
    clearTimeout(this.#retryTimer);
    globalThis.removeEventListener?.("online", this.#onOnline);
  }

  #refuse(cause: CloseCause): void {
    this.close();
    this.#listener.onRefused(cause);
  }

  // ---- moving

  #startMove(): void {
    if (!this.#move) {
      this.#move = { next: undefined, attempts: 0, timer: undefined, again: false };
      this.#attemptMove(this.#move);
    }
  }

  #attemptMove(move: Move): void {
    try {
      move.next = this.#openSignalling(true);
    } catch (error) {
      this.#listener.onError(error as Error);
      this.#retryMove(move);
    }
  }

  #retryMove(move: Move): void {
    move.next = undefined;
    move.timer = setTimeout(() => this.#attemptMove(move), moveDelayMillis(move.attempts++, Math.random));
  }

  /** The next connection becomes the one in use. */
  #adopt(next: Signalling, bus: Bus): void {
    const again = this.#move?.again ?? false;
    this.#move = undefined;
    if (this.#current) {
      this.#keepAsFormer(this.#current);
    }
    this.#current = next;
    this.#backoff.succeeded(performance.now());
    const epoch = this.#epoch;
    this.#listener.onBus(bus, true);
    if (again && epoch === this.#epoch) {
      this.#startMove();
    }
  }

  /** The connection that we move away from is lost, or its media, before the move is done. */
  #goOnWithMove(move: Move, doubt: CloseCause | undefined): void {
    const { next } = move;
    if (next?.bus) {
      this.#adopt(next, next.bus);
      return;
    }
    clearTimeout(move.timer);
    this.#move = undefined;
    this.#current = next;
    this.#doubt = doubt;
    const epoch = this.#epoch;
    this.#listener.onLost();
    if (epoch !== this.#epoch) {
      return;
    }
    if (next) {
      this.#listener.onConnecting();
    } else {
      this.#attempt();
    }
  }

  #keepAsFormer(signalling: Signalling): void {
    const timer = setTimeout(() => {
      this.#former.delete(signalling);
      signalling.close();
    }, FORMER_KEPT_MILLIS);
    this.#former.set(signalling, timer);
  }

  // ---- what the sockets say

  #onAuthenticated(signalling: Signalling): void {
    const { bus } = signalling;
    if (!bus) {
      return;
    }
    if (signalling === this.#current) {
      this.#doubt = undefined;
      this.#backoff.succeeded(performance.now());
      this.#listener.onBus(bus, false);
    } else if (signalling === this.#move?.next && !this.#listener.hasMedia()) {
      this.#adopt(signalling, bus); // there is nothing to wait for
      this.closeFormer();
    }
  }

  #onMessage(signalling: Signalling, message: ServerMessage): void {
    const isNext = signalling === this.#move?.next;
    if (signalling !== this.#current && !isNext) {
      return;
    }
    if (message.name !== "MOVE") {
      // Until the next is in use, both speak for the session: what comes twice does less harm than what doesn't come.
      this.#listener.onMessage(message);
    } else if (isNext && this.#move) {
      this.#move.again = true;
    } else {
      this.#startMove();
    }
  }

  #onRequest(signalling: Signalling, request: ServerRequest, respond: (result?: unknown) => void): void {
    if (request.name === "INIT_TRANSPORTS" && signalling === this.#move?.next && signalling.bus) {
      this.#adopt(signalling, signalling.bus);
    }
    if (signalling === this.#current) {
      this.#listener.onRequest(request, respond);
    } else if (request.name === "PING") {
      respond();
    }
  }

  #onEnd(signalling: Signalling, code: number | undefined): void {
    const move = this.#move;
    if (this.#former.has(signalling)) {
      clearTimeout(this.#former.get(signalling));
      this.#former.delete(signalling);
      return;
    }
    if (signalling === move?.next) {
      this.#retryMove(move); // even when it is refused: as long as we are in, that is about the attempt, not about us
      return;
    }
    if (signalling !== this.#current) {
      return;
    }
    this.#current = undefined;
    const cause = code === undefined ? undefined : CLOSE_CAUSES[code];
    const doubt = signalling.bus ? undefined : this.#doubt;
    if (cause && !move?.next?.hasSentCredentials) {
      this.#refuse(cause);
    } else if (move) {
      this.#goOnWithMove(move, cause);
    } else if (doubt) {
      this.#refuse(doubt);
    } else {
      this.#lose(code !== undefined && SERVER_DIED.includes(code));
    }
  }
}
