/** What `./sfu cluster` starts: nodes behind one address, of which one may go. No browser. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { LocalCluster } from "./support/cluster.js";
import { SfuNode } from "./support/node.js";

let cluster;
let local;

const isAlive = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

before(async () => {
  cluster = await SfuNode.start({ LOG_LEVEL: "error" }, ["cluster", "2"]);
  local = await LocalCluster.of(cluster);
});
after(() => cluster.stop());

test("the table has each node, and they are one cluster", async () => {
  assert.deepEqual(local.nodes.map(({ number }) => number), [1, 2]);
  for (const { number, members } of local.nodes) {
    assert.ok(isAlive(local.pid(number)));
    const seen = await (await fetch(members)).json();
    assert.deepEqual(seen.members.map(({ status }) => status), ["Up", "Up"]);
  }
});

test("page and tokens come from whichever node, with the balancer's address", async () => {
  assert.match(await (await fetch(`${cluster.url}/demo/?channel=hall`)).text(), /<!doctype html>/i);
  const channels = new Set();
  for (const url of [cluster.url, cluster.url, ...local.nodes.map(({ api }) => api)]) {
    const token = await (await fetch(`${url}/demo/token?channel=hall&name=me`)).json();
    assert.equal(token.url, url);
    channels.add(token.channelUUID);
  }
  assert.equal(channels.size, 1);
});

test("a node that dies is reported, and the other goes on", async () => {
  local.signal(2, "SIGKILL");
  await local.ended(2, local.pid(2), 137);
  for (let i = 0; i < 5; i++) {
    assert.equal((await fetch(`${cluster.url}/v1/noop`)).status, 200);
  }
});

test("SIGTERM ends all of it", async () => {
  cluster.signal("SIGTERM");
  assert.equal(await cluster.ended(), 0);
  assert.ok(!isAlive(local.pid(1)));
});

test("a number that makes no sense is one line and exit code 2", () =>
  assert.rejects(SfuNode.start({}, ["cluster", "12"]), ({ message }) => {
    assert.equal(
      message.trimEnd(),
      'the node ended with 2:\nsfu: cluster takes a number of nodes from 1 to 9, and --restart, but got "12"',
    );
    return true;
  }));
