/** A TCP line between a page and the node that a test can cut. */
import { once } from "node:events";
import { connect, createServer } from "node:net";

export class Wire {
  #server;
  #sockets = new Set();

  constructor(server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${server.address().port}`;
  }

  static async to(node) {
    const server = createServer((near) => {
      const far = connect(node.port, "127.0.0.1");
      for (const [socket, other] of [[near, far], [far, near]]) {
        wire.#sockets.add(socket);
        socket.on("close", () => {
          wire.#sockets.delete(socket);
          other.destroy();
        });
        socket.on("error", () => other.destroy()); // a cut is what this is for
        socket.pipe(other);
      }
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const wire = new Wire(server);
    return wire;
  }

  /** Cuts every connection that stands, without a goodbye; new ones get through. */
  cut() {
    for (const socket of this.#sockets) {
      socket.resetAndDestroy();
    }
  }

  close() {
    this.cut();
    this.#server.close();
  }
}
