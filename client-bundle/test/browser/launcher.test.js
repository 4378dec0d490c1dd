/** What an operator sees of `./sfu start`: its signals, its exit codes, what it says when it can't start. No browser. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";

import { launcher, SfuNode } from "./support/node.js";
import { OdooChannel } from "./support/odoo.js";
import { until } from "./support/until.js";

let node;
let channel;

before(async () => {
  node = await SfuNode.start({ LOG_LEVEL: "none" });
  await until("it is ready", () => count("SFU ready") === 1);
  channel = await OdooChannel.create(node);
});
after(() => node.stop());

const count = (text) => node.log.split(text).length - 1;

test("SIGIO prints statistics, whatever the log level", async () => {
  node.signal("SIGIO");
  await until("statistics are printed", () => node.log.includes("1 channels, 0 sessions") && node.log.includes(channel.uuid));
});

test("SIGALRM leaves the services up, and the channels", async () => {
  const { createDate } = await channel.stats();
  node.signal("SIGALRM");
  node.signal("SIGIO");
  await until("the node has obeyed both", () => count("1 channels, 0 sessions") === 2);
  assert.equal((await channel.stats()).createDate, createDate);
  assert.equal(count("SFU ready"), 1);
});

test("SIGFPE restarts the node below the same process, and the channels stay", async () => {
  const { createDate } = await channel.stats();
  node.signal("SIGFPE");
  await until("the first node is gone", () => fetch(`${node.url}/v1/noop`).then(() => false, () => true));
  let signals = 0;
  await until("it is ready once more", () => {
    // A node that is about to start has no handler yet: this must not be its end. (Hundreds a second can wedge bash.)
    if (signals++ < 4) {
      node.signal("SIGIO");
      node.signal("SIGALRM");
    }
    return count("SFU ready") === 2;
  });
  assert.equal((await channel.stats()).createDate, createDate);
  const printed = count("1 channels, 0 sessions");
  node.signal("SIGIO");
  await until("the new node obeys too", () => count("1 channels, 0 sessions") > printed);
});

const refused = (env, line) =>
  assert.rejects(SfuNode.start({ LOG_LEVEL: "error", ...env }).then((started) => started.stop()), (error) => {
    const [first, ...lines] = error.message.trimEnd().split("\n");
    assert.equal(first, "the node ended with 2:");
    assert.equal(lines.length, 1, error.message);
    assert.ok(lines[0].startsWith(line), lines[0]);
    return true;
  });

test("a busy port is one line and exit code 2", () => refused({ PORT: String(node.port) }, `sfu: PORT ${node.port} `));

test("a value that makes no sense is one line and exit code 2", () =>
  refused({ CHANNEL_SIZE: "many" }, "sfu: CHANNEL_SIZE takes "));

test("a missing key is one line and exit code 2", () => refused({ AUTH_KEY: "" }, "sfu: AUTH_KEY is not set"));

for (const name of ["SIGTERM", "SIGINT"]) {
  test(`${name} stops it in order`, async () => {
    const other = name === "SIGTERM" ? node : await SfuNode.start();
    other.signal(name);
    assert.equal(await other.ended(), 0);
    await assert.rejects(fetch(`${other.url}/v1/noop`));
  });
}

/** Command lines of all processes that have this text in them. */
async function commandLines(text) {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "latin1").catch(() => "")));
  return lines.filter((line) => line.includes(text));
}

test("Ctrl-C while a start is rehearsed leaves nothing running, and no half of a cache", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sfu-launcher-"));
  try {
    // The node that is built here, in a folder that has no cache yet.
    const built = join(dirname(launcher), "sfu-node", "target");
    const target = join(folder, "sfu-node", "target");
    await mkdir(target, { recursive: true });
    await copyFile(launcher, join(folder, "sfu"));
    for (const name of await readdir(built)) {
      if (name === "lib" || /^sfu-node-.*\.jar$/.test(name)) {
        await symlink(join(built, name), join(target, name));
      }
    }
    await writeFile(join(target, "built"), "");
    const child = spawn(join(folder, "sfu"), ["start"], { stdio: "ignore", env: { ...process.env, TMPDIR: folder } });
    const exit = once(child, "exit");
    await until("it rehearses", async () => (await commandLines(join(target, "sfu.aot"))).length > 0);
    child.kill("SIGINT");
    assert.deepEqual(await exit, [null, "SIGINT"]);
    assert.deepEqual(await commandLines(join(target, "sfu.aot")), []);
    assert.deepEqual((await readdir(target)).filter((name) => name.startsWith("sfu.aot")), []);
    assert.deepEqual((await readdir(folder)).sort(), ["sfu", "sfu-node"]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
