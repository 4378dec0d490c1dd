/** A line between a page and the node that knows WebSocket frames: a test can put words into the node's mouth. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, createServer } from "node:net";

const END_OF_HEAD = Buffer.from("\r\n\r\n");
const FINAL_TEXT = 0x81;

/** Cuts a stream of bytes into the HTTP head and, after that, WebSocket frames (RFC 6455, 5.2). */
class Frames {
  #rest = Buffer.alloc(0);
  #headIsDone = false;

  /** @returns what is complete */
  add(chunk) {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const complete = [];
    for (let length = this.#nextLength(); length > 0 && length <= this.#rest.length; length = this.#nextLength()) {
      complete.push(this.#rest.subarray(0, length));
      this.#rest = this.#rest.subarray(length);
      this.#headIsDone = true;
    }
    return complete;
  }

  /** Of what begins the rest; 0 as long as that isn't known. */
  #nextLength() {
    const rest = this.#rest;
    if (!this.#headIsDone) {
      const end = rest.indexOf(END_OF_HEAD);
      return end < 0 ? 0 : end + END_OF_HEAD.length;
    }
    if (rest.length < 2 || rest.length < headerLength(rest)) {
      return 0;
    }
    return headerLength(rest) + payloadLength(rest);
  }
}

const isMasked = (frame) => (frame[1] & 0x80) !== 0;
const lengthOfLength = (frame) => ({ 126: 2, 127: 8 })[frame[1] & 0x7f] ?? 0;
const headerLength = (frame) => 2 + lengthOfLength(frame) + (isMasked(frame) ? 4 : 0);

function payloadLength(frame) {
  switch (lengthOfLength(frame)) {
    case 2:
      return frame.readUInt16BE(2);
    case 8:
      return Number(frame.readBigUInt64BE(2));
    default:
      return frame[1] & 0x7f;
  }
}

function textOf(frame) {
  const start = headerLength(frame);
  const payload = frame.subarray(start);
  return (isMasked(frame) ? masked(payload, frame.subarray(start - 4, start)) : payload).toString();
}

function masked(payload, mask) {
  return payload.map((byte, index) => byte ^ mask[index % 4]);
}

/** Lengths as short as can be: Chromium insists. */
function textFrame(text, { mask } = {}) {
  const payload = Buffer.from(text);
  const isLong = payload.length > 125;
  const head = Buffer.alloc(isLong ? 4 : 2);
  head[0] = FINAL_TEXT;
  head[1] = (mask ? 0x80 : 0) | (isLong ? 126 : payload.length);
  if (isLong) {
    head.writeUInt16BE(payload.length, 2);
  }
  return Buffer.concat(mask ? [head, mask, masked(payload, mask)] : [head, payload]);
}

export class Relay {
  #server;
  /** The pages' ends, in the order of their being opened. */
  #connections = [];
  /** Applied to the credentials of every connection. */
  changeCredentials = (credentials) => credentials;

  constructor(server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${server.address().port}`;
  }

  static async to(node) {
    const server = createServer((near) => relay.#connect(near, connect(node.port, "127.0.0.1"))).listen(0, "127.0.0.1");
    await once(server, "listening");
    const relay = new Relay(server);
    return relay;
  }

  /** What each connection so far began with. */
  get credentials() {
    return this.#connections.map(({ credentials }) => credentials);
  }

  /** The node says something to the page, on the connection that was opened last. */
  say(message) {
    const connection = this.#connections.at(-1);
    connection.near.write(textFrame(JSON.stringify([{ message }])));
  }

  /** The page loses its connection, of which the node doesn't hear. */
  loseUnheard() {
    const connection = this.#connections.at(-1);
    connection.isLost = true;
    connection.near.resetAndDestroy();
  }

  close() {
    this.#server.close();
    for (const { near, far } of this.#connections) {
      near.destroy();
      far.destroy();
    }
  }

  #connect(near, far) {
    const connection = { near, far, credentials: undefined, isLost: false };
    this.#connections.push(connection);
    const fromPage = new Frames();
    const fromNode = new Frames();
    let count = 0;
    near.on("data", (chunk) => {
      for (const piece of fromPage.add(chunk)) {
        far.write(count++ === 1 ? this.#onCredentials(connection, piece) : piece);
      }
    });
    far.on("data", (chunk) => {
      for (const piece of fromNode.add(chunk)) {
        near.write(piece); // whole, so that what the test says comes between frames
      }
    });
    far.on("close", () => near.destroy());
    near.on("close", () => connection.isLost || far.destroy());
    for (const socket of [near, far]) {
      socket.on("error", () => undefined); // "close" follows
    }
  }

  #onCredentials(connection, frame) {
    connection.credentials = JSON.parse(textOf(frame));
    return textFrame(JSON.stringify(this.changeCredentials(connection.credentials)), { mask: randomBytes(4) });
  }
}
