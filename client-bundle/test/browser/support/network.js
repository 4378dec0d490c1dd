/** A network of its own for one browser, behind a line of any width: Linux, root, `ip` and `tc` (Debian: iproute2). */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const run = (command, ...args) => execFileSync(command, args, { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });

/** Addresses for tests of networks (RFC 2544), which nothing real has; a few of them for each process. */
const SUBNET = `198.18.${process.pid & 0xff}`;
const SERVER = `${SUBNET}.1`;
const BROWSER = `${SUBNET}.2`;

/** What waits in front of the line before it is lost: a usual modem's. */
const QUEUE = "300ms";

export class NarrowNetwork {
  #name = `sfu${process.pid}`;
  #near = `sfn${process.pid}`;
  #far = `sff${process.pid}`;
  #folder = mkdtempSync(join(tmpdir(), "sfu-network-"));
  #onExit = () => this.close();

  /** Why there can be none here, or false. */
  static isImpossible() {
    if (process.getuid?.() !== 0) {
      return "needs root, to make a network";
    }
    const network = new NarrowNetwork();
    try {
      network.open();
      network.carries(1_000_000);
      return false;
    } catch (error) {
      return `can't make a network: ${error.stderr ?? error.message}`;
    } finally {
      network.close();
    }
  }

  open() {
    process.on("exit", this.#onExit);
    run("ip", "netns", "add", this.#name);
    run("ip", "netns", "exec", this.#name, "true");
    run("ip", "link", "add", this.#near, "type", "veth", "peer", "name", this.#far, "netns", this.#name);
    run("ip", "address", "add", `${SERVER}/30`, "dev", this.#near);
    run("ip", "link", "set", this.#near, "up");
    const inside = (...args) => run("ip", "-netns", this.#name, ...args);
    inside("address", "add", `${BROWSER}/30`, "dev", this.#far);
    inside("link", "set", this.#far, "up");
    inside("link", "set", "lo", "up");
    const wrapper = join(this.#folder, "chromium");
    const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
    writeFileSync(wrapper, `#!/bin/sh\nexec ip netns exec ${this.#name} '${chromium}' "$@"\n`, { mode: 0o755 });
    this.executablePath = wrapper;
  }

  /** Where a browser in it finds the server. */
  get serverAddress() {
    return SERVER;
  }

  /** From now on the way to the browser carries so much; Infinity for all there is. */
  carries(bitsPerSecond) {
    if (bitsPerSecond === Infinity) {
      run("tc", "qdisc", "delete", "dev", this.#near, "root");
    } else {
      run(
        ...["tc", "qdisc", "replace", "dev", this.#near, "root"],
        ...["tbf", "rate", `${bitsPerSecond}bit`, "burst", "2kb", "latency", QUEUE],
      );
    }
  }

  close() {
    process.off("exit", this.#onExit);
    for (const args of [["link", "delete", this.#near], ["netns", "delete", this.#name]]) {
      try {
        run("ip", ...args);
      } catch {
        // It was never made, or went with the other.
      }
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
