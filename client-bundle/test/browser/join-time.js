/**
 * How long a join takes: from `connect()` to the first decoded frame of the camera of somebody who is in the channel
 * already (and sends sound too), and until that camera comes at its full rate in its highest layer. Everything is real
 * and on loopback. The table goes to stderr, the numbers as JSON to stdout.
 *
 * usage: join-time [--joins N] [--sending] [--timeline]
 *   --sending: who joins sends sound and a camera as well
 */
import { parseArgs } from "node:util";

import { Browser } from "./support/browser.js";
import { SfuNode } from "./support/node.js";
import { OdooChannel } from "./support/odoo.js";
import { until } from "./support/until.js";

const CAMERA = { width: 1280, height: 720, fps: 30 };
const TARGETS_MILLIS = { firstFrame: 200, fullRate: 1_000 };
const TITLES = { firstFrame: "first decoded frame", firstFullSize: "first frame of 1280 pixels", fullRate: "27 fps of 1280x720" };
/** Not counted: the node's code is not compiled yet, and the page's neither. */
const WARM_UP_JOINS = 2;

const { values: options } = parseArgs({
  options: {
    joins: { type: "string", default: "20" },
    sending: { type: "boolean", default: false },
    timeline: { type: "boolean", default: false },
  },
});
const joins = Number(options.joins);
if (!Number.isInteger(joins) || joins < 1) {
  process.stderr.write(`join-time: --joins takes a positive number, not ${options.joins}\n`);
  process.exit(2);
}

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];

function summarise(results, key) {
  const sorted = results.map((result) => result[key] ?? Infinity).sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return {
    medianMillis: round((sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2),
    p90Millis: round(percentile(sorted, 0.9)),
    maxMillis: round(sorted.at(-1)),
  };
}

const round = (millis) => (Number.isFinite(millis) ? Math.round(millis * 10) / 10 : null);
const show = (millis) => (millis === null ? "never" : `${Math.round(millis)} ms`).padStart(9);

async function run() {
  const browser = await Browser.launch({ fps: CAMERA.fps });
  let node;
  try {
    node = await SfuNode.start();
    const channel = await OdooChannel.create(node);
    const sender = await browser.participant("sender");
    await sender.join(channel);
    await sender.publish("audio");
    await sender.publish("camera", CAMERA);
    const joiner = await browser.participant("joiner", { path: "/join-time" });
    if (options.sending) {
      await joiner.call("send", CAMERA);
    }
    const results = [];
    for (let join = -WARM_UP_JOINS; join < joins; join++) {
      const result = await joiner.call("measure", channel.ticket("joiner"));
      await until("the joiner is gone", async () => (await channel.stats())?.sessionsStats.count === 1);
      if (join >= 0) {
        results.push(result);
        process.stderr.write(`${String(join + 1).padStart(3)}  ${show(round(result.firstFrame))} ${show(round(result.fullRate ?? Infinity))}\n`);
      }
    }
    return results;
  } finally {
    await browser.close();
    await node?.stop();
  }
}

const results = await run();
const summary = Object.fromEntries(Object.keys(TITLES).map((key) => [key, summarise(results, key)]));
process.stderr.write(`\n${"".padEnd(28)}   median       p90       max   target\n`);
for (const [key, title] of Object.entries(TITLES)) {
  const { medianMillis, p90Millis, maxMillis } = summary[key];
  const target = TARGETS_MILLIS[key] === undefined ? "" : `  < ${TARGETS_MILLIS[key]} ms`;
  process.stderr.write(`${title.padEnd(28)}${show(medianMillis)} ${show(p90Millis)} ${show(maxMillis)}${target}\n`);
}
if (options.timeline) {
  const typical = [...results].sort((a, b) => a.firstFrame - b.firstFrame)[Math.floor(results.length / 2)];
  process.stderr.write("\nThe join in the middle:\n");
  for (const { atMillis, what } of typical.timeline) {
    process.stderr.write(`${atMillis.toFixed(1).padStart(9)}  ${what}\n`);
  }
  process.stderr.write(`${typical.firstFrame.toFixed(1).padStart(9)}  first decoded frame\n${JSON.stringify(typical.decoder)}\n`);
}
process.stdout.write(`${JSON.stringify({ joins, sending: options.sending, targetsMillis: TARGETS_MILLIS, ...summary })}\n`);
