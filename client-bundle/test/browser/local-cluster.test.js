/** What `./sfu cluster` starts: nodes behind one address, of which one may go. No browser. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { SfuNode } from "./support/node.js";
import { until } from "./support/until.js";

let cluster;
let nodes;

const isAlive = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

before(async () => {
  cluster = await SfuNode.start({ LOG_LEVEL: "error" }, ["cluster", "2"]);
  await until("all nodes are ready", () => cluster.log.includes("Open this in two tabs"), {
    timeoutMillis: 90_000,
    detail: () => cluster.log,
  });
  const row = /^(\d)\s+(http:\S+)\s+\S+\s+(http:\S+)\s+(\d+)$/gm;
  nodes = [...cluster.log.matchAll(row)].map(([, number, api, members, pid]) => ({ number, api, members, pid: Number(pid) }));
});
after(() => cluster.stop());

test("the table has each node, and they are one cluster", async () => {
  assert.deepEqual(nodes.map(({ number }) => number), ["1", "2"]);
  for (const { members, pid } of nodes) {
    assert.ok(isAlive(pid));
    const seen = await (await fetch(members)).json();
    assert.deepEqual(seen.members.map(({ status }) => status), ["Up", "Up"]);
  }
});

test("page and tokens come from whichever node, with the balancer's address", async () => {
  assert.match(await (await fetch(`${cluster.url}/demo/?channel=hall`)).text(), /<!doctype html>/i);
  const channels = new Set();
  for (const url of [cluster.url, cluster.url, ...nodes.map(({ api }) => api)]) {
    const token = await (await fetch(`${url}/demo/token?channel=hall&name=me`)).json();
    assert.equal(token.url, url);
    channels.add(token.channelUUID);
  }
  assert.equal(channels.size, 1);
});

test("a node that dies is reported, and the other goes on", async () => {
  process.kill(nodes[1].pid, "SIGKILL");
  await until("its end is reported", () => cluster.log.includes(`node 2 (process ${nodes[1].pid}) ended with exit code 137`));
  for (let i = 0; i < 5; i++) {
    assert.equal((await fetch(`${cluster.url}/v1/noop`)).status, 200);
  }
});

test("SIGTERM ends all of it", async () => {
  cluster.signal("SIGTERM");
  assert.equal(await cluster.ended(), 0);
  assert.ok(!isAlive(nodes[0].pid));
});

test("a number that makes no sense is one line and exit code 2", () =>
  assert.rejects(SfuNode.start({}, ["cluster", "12"]), ({ message }) => {
    assert.equal(
      message.trimEnd(),
      'the node ended with 2:\nsfu: cluster takes a number of nodes from 1 to 9, and --restart, but got "12"',
    );
    return true;
  }));
