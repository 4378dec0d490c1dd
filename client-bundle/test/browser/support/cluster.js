/** What `./sfu cluster` started: nodes behind a balancer, each of which a test may do something to. */
import { until } from "./until.js";
import { Wire } from "./wire.js";

const READY_TIMEOUT_MILLIS = 90_000;

/** As the server has it. */
const SHARDS = 256;

const ROW = /^(\d)\s+(http:\S+)\s+\S+:(\d+)-(\d+)\s+(http:\S+)\s+(\d+)$/gm;

const json = async (url) => (await fetch(url)).json();

/** Java's `String.hashCode()`. */
const hashCode = (text) => [...text].reduce((hash, letter) => (Math.imul(31, hash) + letter.charCodeAt(0)) | 0, 0);

export class LocalCluster {
  #process;
  #firstPids;

  constructor(process, rows) {
    this.#process = process;
    this.nodes = rows.map(([, number, api, minMediaPort, maxMediaPort, members]) => ({
      number: Number(number),
      api,
      port: Number(new URL(api).port),
      minMediaPort: Number(minMediaPort),
      maxMediaPort: Number(maxMediaPort),
      members,
    }));
    this.#firstPids = rows.map((row) => Number(row.at(-1)));
  }

  /** Waits until all nodes of a process that was started with the command "cluster" are ready. */
  static async of(process) {
    await until("all nodes are ready", () => process.log.includes("Open this in two tabs"), {
      timeoutMillis: READY_TIMEOUT_MILLIS,
      detail: () => process.log,
    });
    const cluster = new LocalCluster(process, [...process.log.matchAll(ROW)]);
    await cluster.isWhole();
    return cluster;
  }

  /** The process of a node, of the latest if it was restarted. */
  pid(number) {
    const restart = new RegExp(`^node ${number} starts again as process (\\d+)$`, "gm");
    const latest = [...this.#process.log.matchAll(restart)].at(-1);
    return latest ? Number(latest[1]) : this.#firstPids[number - 1];
  }

  signal(number, name) {
    process.kill(this.pid(number), name);
  }

  /** Waits until a process of a node has ended with that code. */
  ended(number, pid, exitCode) {
    const line = `node ${number} (process ${pid}) ended with exit code ${exitCode}\n`;
    return until(`node ${number} ends with ${exitCode}`, () => this.#process.log.includes(line), {
      timeoutMillis: READY_TIMEOUT_MILLIS,
      detail: () => this.#process.log,
    });
  }

  /** Waits until every node is ready, and all see each other and nobody else. */
  isWhole() {
    return until("all nodes are one cluster", () => this.#seemsWhole(), {
      timeoutMillis: READY_TIMEOUT_MILLIS,
      detail: () => this.#process.log,
    });
  }

  async #seemsWhole() {
    try {
      const views = await Promise.all(
        this.nodes.map(async ({ members }) => [(await fetch(new URL("/ready", members))).ok, await json(members)]),
      );
      return views.every(
        ([isReady, view]) =>
          isReady &&
          view.unreachable.length === 0 &&
          view.members.length === this.nodes.length &&
          view.members.every(({ status }) => status === "Up"),
      );
    } catch {
      return false; // one doesn't answer yet
    }
  }

  /** The number of the node that has the channel, once there is one. */
  nodeOf(uuid) {
    const shard = String(((hashCode(uuid) % SHARDS) + SHARDS) % SHARDS);
    return until(`some node has channel ${uuid}`, async () => {
      for (const { number, members } of this.nodes) {
        const { regions } = await json(new URL("/cluster/shards/room", members)).catch(() => ({ regions: [] }));
        if (regions.some(({ shardId }) => shardId === shard)) {
          return number;
        }
      }
      return undefined;
    });
  }

  /** The number of the node whose worker has a media port. */
  nodeOfMediaPort(port) {
    return this.nodes.find(({ minMediaPort, maxMediaPort }) => minMediaPort <= port && port <= maxMediaPort)?.number;
  }

  /** An address that leads to that node once, and from then on to whichever the balancer picks. */
  entrance(number) {
    const ports = [this.nodes[number - 1].port];
    const balancerPort = this.#process.port;
    return Wire.to({
      get port() {
        return ports.pop() ?? balancerPort;
      },
    });
  }
}
