/** Starts a real node with `./sfu start`, and ends it by its pid. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

import { until } from "./until.js";

/** `./sfu` of this repository. */
export const launcher = fileURLToPath(new URL("../../../../sfu", import.meta.url));

/** The key that the tests' "Odoo server" and the node share. */
export const AUTH_KEY = Buffer.from("a key of the browser tests, 256 bits and more").toString("base64");

/** A first start builds the server. */
const START_TIMEOUT_MILLIS = 240_000;
const STOP_TIMEOUT_MILLIS = 15_000;
const KEPT_LOG_CHARACTERS = 200_000;
const MIN_PORT = 10_000;
const MAX_PORT = 32_000;

/**
 * Not one that the system would choose: it, or one of those after it that a cluster's nodes take, could be an outgoing
 * connection's by the time a node wants it.
 */
async function freePort() {
  for (;;) {
    const port = MIN_PORT + Math.floor(Math.random() * (MAX_PORT - MIN_PORT));
    const server = createServer().listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch {
      continue;
    }
    server.close();
    await once(server, "close");
    return port;
  }
}

/** One running node. */
export class SfuNode {
  #child;
  #log = "";

  constructor(child, port) {
    this.#child = child;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        this.#log = (this.#log + text).slice(-KEPT_LOG_CHARACTERS);
      });
    }
    this.onExit = () => child.kill("SIGKILL");
    process.on("exit", this.onExit);
  }

  /**
   * @param env what differs from a node on loopback with default configuration
   * @param command `start` or `demo`, or a list: a command with arguments
   */
  static async start(env = {}, command = "start") {
    const port = await freePort();
    const child = spawn(launcher, [command].flat(), {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        PUBLIC_IP: "127.0.0.1",
        HTTP_INTERFACE: "127.0.0.1",
        RTC_INTERFACE: "127.0.0.1",
        PORT: String(port),
        AUTH_KEY,
        RTC_MIN_PORT: "42000",
        RTC_MAX_PORT: "42999",
        LOG_LEVEL: "info",
        ...env,
      },
    });
    const node = new SfuNode(child, port);
    try {
      await node.ready();
    } catch (error) {
      await node.stop();
      throw error;
    }
    return node;
  }

  /** What the node logged, the latest last. */
  get log() {
    return this.#log;
  }

  /** Waits until the node answers. */
  async ready() {
    await until(
      "the node answers",
      async () => {
        if (this.#child.exitCode !== null) {
          throw new Error(`the node ended with ${this.#child.exitCode}:\n${this.#log}`);
        }
        return (await fetch(`${this.url}/v1/noop`).catch(() => undefined))?.ok;
      },
      { timeoutMillis: START_TIMEOUT_MILLIS, detail: () => this.#log },
    );
  }

  /** To the process that an operator sees. */
  signal(name) {
    this.#child.kill(name);
  }

  /** The exit code, once it has ended by itself or by a signal. */
  async ended() {
    await until("the node ends", () => this.#child.exitCode !== null || this.#child.signalCode !== null, {
      timeoutMillis: STOP_TIMEOUT_MILLIS,
      detail: () => this.#log,
    });
    process.off("exit", this.onExit);
    return this.#child.exitCode;
  }

  async stop() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, "exit");
      const timer = setTimeout(() => this.#child.kill("SIGKILL"), STOP_TIMEOUT_MILLIS);
      this.#child.kill("SIGTERM");
      await ended;
      clearTimeout(timer);
    }
    process.off("exit", this.onExit);
  }
}
