/** What a page's WebSockets carried, as the browser saw it. */

const namesIn = (frames) =>
  frames
    .filter((text) => text.startsWith("["))
    .flatMap((text) => JSON.parse(text))
    .flatMap(({ message, needResponse }) => (message?.name ? [{ ...message, id: needResponse }] : []));

class Socket {
  #sent = [];
  #heard = [];
  isOpen = true;

  constructor(socket) {
    socket.on("framesent", ({ payload }) => this.#sent.push(payload));
    socket.on("framereceived", ({ payload }) => this.#heard.push(payload));
    socket.on("close", () => {
      this.isOpen = false;
    });
  }

  /** The first frame; undefined until it was sent. */
  get credentials() {
    return this.#sent.length > 0 ? JSON.parse(this.#sent[0]) : undefined;
  }

  /** The server's messages and requests of that name, with the requests' `id`. */
  heard(name) {
    return namesIn(this.#heard).filter((message) => message.name === name);
  }
}

/** Begins to record, and gives the list in which each WebSocket that the page opens from now on will be. */
export function recordSockets(page) {
  const sockets = [];
  page.on("websocket", (socket) => sockets.push(new Socket(socket)));
  return sockets;
}
