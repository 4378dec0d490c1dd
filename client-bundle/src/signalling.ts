/** In: an address and credentials. Out: an authenticated bus, and one end. Knows nothing of what the bus carries. */
import { Bus, type BusListener } from "./bus.js";
import { CloseCode, type Credentials } from "./protocol.js";

/** The server gives up on us after 10 s; a network that swallows packets would let us wait for minutes. */
const HANDSHAKE_TIMEOUT_MILLIS = 10_000;

export interface SignallingListener extends BusListener {
  onAuthenticated(bus: Bus): void;
  /** Once, however it came to be; `code` is the WebSocket close code where there was one. Not after {@link close}. */
  onEnd(code?: number): void;
}

/** One WebSocket, from opening over the handshake to its end. */
export class Signalling {
  readonly #socket: WebSocket;
  readonly #listener: SignallingListener;
  readonly #handshakeTimer: ReturnType<typeof setTimeout>;
  #bus: Bus | undefined;
  #hasSentCredentials = false;
  #ended = false;

  /** @throws what the WebSocket constructor throws for an address that is none. */
  constructor(socket: WebSocket, credentials: Credentials, listener: SignallingListener) {
    this.#socket = socket;
    this.#listener = listener;
    this.#handshakeTimer = setTimeout(() => this.#end(), HANDSHAKE_TIMEOUT_MILLIS);
    socket.addEventListener("open", () => {
      socket.send(JSON.stringify(credentials));
      this.#hasSentCredentials = true;
    });
    socket.addEventListener("message", (event) => this.#onFrame(event.data));
    // An "error" is always followed by a "close", which has the code.
    socket.addEventListener("close", (event) => this.#end(event.code));
  }

  /** Once authenticated. */
  get bus(): Bus | undefined {
    return this.#bus;
  }

  /** From here on the server may have taken us in, though we don't know yet. */
  get hasSentCredentials(): boolean {
    return this.#hasSentCredentials;
  }

  close(): void {
    this.#ended = true;
    this.#release();
  }

  #onFrame(data: unknown): void {
    if (this.#ended) {
      return;
    }
    if (this.#bus) {
      if (typeof data === "string") {
        this.#bus.receive(data);
      }
      return;
    }
    // Whatever the first frame holds (nothing, today), it says that we are in.
    clearTimeout(this.#handshakeTimer);
    this.#bus = new Bus((text) => this.#socket.send(text), this.#listener);
    this.#listener.onAuthenticated(this.#bus);
  }

  #end(code?: number): void {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    this.#release();
    this.#listener.onEnd(code);
  }

  #release(): void {
    clearTimeout(this.#handshakeTimer);
    this.#bus?.close();
    if (this.#socket.readyState < 2 /* CLOSING */) {
      this.#socket.close(CloseCode.CLEAN);
    }
  }
}

/** `https://host/path` → `wss://host/path`; what is a WebSocket address already stays. */
export function toWebSocketUrl(url: string): string {
  return url.replace(/^http/i, "ws");
}
