/** In: messages and requests of ours, text frames of the server. Out: the same, the other way. Knows nothing of media. */
import type { ClientMessage, ClientRequest, Message, Payload, ServerMessage, ServerRequest } from "./protocol.js";

/** Plain messages that follow one another within this time share a frame. */
const BATCH_WINDOW_MILLIS = 20;
const REQUEST_TIMEOUT_MILLIS = 5_000;

export interface BusListener {
  onMessage(message: ServerMessage): void;
  /** `respond` may be called at most once; a request that is never responded to fails at the server by its timeout. */
  onRequest(request: ServerRequest, respond: (result?: unknown) => void): void;
}

interface PendingRequest {
  resolve(result: unknown): void;
  reject(error: Error): void;
  timer: ReturnType<typeof setTimeout>;
}

let busCount = 0;

/**
 * The message bus on one authenticated WebSocket.
 *
 * The first message of a quiet moment leaves at once, those of the next {@link BATCH_WINDOW_MILLIS} share a frame.
 * Requests and responses never wait, as somebody waits for them, and take along what is gathered, so that order holds.
 */
export class Bus {
  readonly #busId = busCount++;
  readonly #sendText: (text: string) => void;
  readonly #listener: BusListener;
  readonly #pending = new Map<string, PendingRequest>();
  #requestCount = 0;
  #queue: Payload[] = [];
  #window: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(sendText: (text: string) => void, listener: BusListener) {
    this.#sendText = sendText;
    this.#listener = listener;
  }

  send(message: ClientMessage): void {
    if (this.#closed) {
      return;
    }
    this.#queue.push({ message });
    if (this.#window === undefined) {
      this.#flush();
      this.#openWindow();
    }
  }

  /** @throws Error (as a rejection) when the answer takes more than 5 s, or the bus is closed before. */
  request(message: ClientRequest): Promise<unknown> {
    if (this.#closed) {
      return Promise.reject(new Error(`${message.name}: the bus is closed`));
    }
    const id = `c_${this.#busId}_${this.#requestCount++}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new Error(`${message.name}: no answer within ${REQUEST_TIMEOUT_MILLIS} ms`));
      }, REQUEST_TIMEOUT_MILLIS);
      this.#pending.set(id, { resolve, reject, timer });
      this.#queue.push({ message, needResponse: id });
      this.#flush();
    });
  }

  /** A text frame from the server. What is no array of payloads is dropped. */
  receive(text: string): void {
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      return; // not ours to repair, and the socket stays usable
    }
    if (!Array.isArray(frame)) {
      return;
    }
    for (const payload of frame) {
      if (this.#closed) {
        return; // a payload before this one ended the session
      }
      if (typeof payload === "object" && payload !== null) {
        this.#receivePayload(payload as Payload);
      }
    }
  }

  /** Fails what was asked so far and isn't answered: whom we asked is no more, though the bus stands. */
  abandonRequests(): void {
    this.#failPending("asked of a session that has moved");
  }

  close(): void {
    this.#closed = true;
    this.#queue = [];
    clearTimeout(this.#window);
    this.#failPending("the bus was closed");
  }

  #failPending(reason: string): void {
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(new Error(reason));
    }
    this.#pending.clear();
  }

  #receivePayload({ message, needResponse, responseTo }: Payload): void {
    if (responseTo !== undefined) {
      const pending = this.#pending.get(responseTo);
      if (pending) {
        this.#pending.delete(responseTo);
        clearTimeout(pending.timer);
        pending.resolve(message);
      }
    } else if (typeof (message as Message | undefined)?.name !== "string") {
      return;
    } else if (needResponse !== undefined) {
      this.#listener.onRequest(message as ServerRequest, (result) => this.#respond(needResponse, result));
    } else {
      this.#listener.onMessage(message as ServerMessage);
    }
  }

  #respond(responseTo: string, result: unknown): void {
    if (this.#closed) {
      return;
    }
    this.#queue.push(result === undefined ? { responseTo } : { message: result, responseTo });
    this.#flush();
  }

  #flush(): void {
    const payloads = this.#queue;
    this.#queue = [];
    this.#sendText(JSON.stringify(payloads));
  }

  #openWindow(): void {
    this.#window = setTimeout(() => {
      this.#window = undefined;
      if (this.#queue.length > 0) {
        this.#flush();
        this.#openWindow();
      }
    }, BATCH_WINDOW_MILLIS);
  }
}
