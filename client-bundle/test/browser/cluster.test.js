/** Three nodes that are one SFU: media on all of them, and nodes that go while people talk. */
import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";

import { LocalCluster } from "./support/cluster.js";
import { detailOf, enterCall, picture, sees } from "./support/demo.js";
import { OdooChannel } from "./support/odoo.js";
import { statesDuring } from "./support/participant.js";
import { recordSockets } from "./support/sockets.js";
import { stage } from "./support/stage.js";
import { until } from "./support/until.js";

const CAMERA = { width: 640, height: 360, fps: 10 };
/** Of a camera of that size Chromium sends two layers, for the third is not worth it to it: this is the larger. */
const RECEIVED_WIDTH = 320;
const TYPES = ["audio", "camera"];
const SLOW = { timeoutMillis: 60_000 };

let cluster;
const people = [];
const entrances = [];

const on = stage({
  env: { SESSIONS_PER_WORKER: "1", LOG_LEVEL: "warn" },
  command: ["cluster", "3", "--restart"],
  fps: CAMERA.fps,
  setUp: async ({ node }) => {
    cluster = await LocalCluster.of(node);
  },
});
afterEach(async () => {
  await Promise.all(people.splice(0).map((participant) => participant.close()));
  entrances.splice(0).forEach((entrance) => entrance.close());
});

/** Somebody whose WebSocket is on that node. */
async function join(channel, node, sessionId, page) {
  const entrance = await cluster.entrance(node);
  entrances.push(entrance);
  const participant = await on.browser.participant(sessionId, page);
  people.push(participant);
  participant.sockets = recordSockets(participant.page);
  await participant.join(channel, { url: entrance.url });
  return participant;
}

/** Ann by the channel's node, Ben and, with a deployed client, Cid by the other two: all see and hear each other. */
async function call() {
  await cluster.isWhole();
  const channel = await OdooChannel.create(on.node);
  const number = await cluster.nodeOf(channel.uuid);
  const [second, third] = cluster.nodes.map((node) => node.number).filter((other) => other !== number);
  const ann = await join(channel, number, 1);
  const ben = await join(channel, second, 2);
  const cid = await join(channel, third, 3, { path: "/stock" });
  for (const participant of people) {
    await participant.publish("camera", CAMERA);
    await participant.publish("audio", { voice: true });
  }
  await allSeeAndHearAll(ann, ben, cid);
  return { channel, number, ann, ben, cid };
}

function allSeeAndHearAll(...participants) {
  const pairs = participants.flatMap((viewer) => participants.map((sender) => [viewer, sender]));
  return Promise.all(
    pairs.filter(([viewer, sender]) => viewer !== sender).flatMap(([viewer, sender]) => [
      viewer.decodes(sender, "camera", { width: RECEIVED_WIDTH, ...SLOW }),
      viewer.hears(sender, SLOW),
    ]),
  );
}

async function markGaps(...participants) {
  for (const participant of participants) {
    await participant.call("markGaps");
    await participant.until("measures both others", async () => (await participant.call("gaps")).length >= 4);
  }
}

/** For people: how long nothing came at the most; it depends on the machine, too. */
async function tellGaps(context, what, { ann, ben, cid }) {
  const ours = [...(await ann.call("gaps")), ...(await ben.call("gaps"))];
  const stock = await cid.call("gaps");
  const longest = (gaps) =>
    TYPES.map((wanted) => {
      const millis = gaps.filter(({ type }) => type === wanted).map(({ longestMillis }) => longestMillis);
      return `${wanted} ${Math.round(Math.max(...millis))} ms`;
    }).join(", ");
  const betweenOurs = ours.filter(({ sessionId }) => sessionId !== cid.sessionId);
  context.diagnostic(`${what}: ours ${longest(betweenOurs)}; stock ${longest(stock)}`);
}

/** Waits until the server has said, on the latest connection, who is there: all of some, and nobody of others. */
function isToldWhoIsThere(participant, some, others = []) {
  const condition = () => {
    const told = participant.sockets.at(-1).heard("SESSIONS").at(-1)?.payload.sessionIds ?? [];
    const isNamed = ({ sessionId }) => told.includes(sessionId);
    return some.every(isNamed) && !others.some(isNamed);
  };
  return participant.until("is told who is there", condition, SLOW);
}

/** Waits until Ann and Ben were given what they see and hear of each other anew, and Cid has come back. */
const areAllElsewhere = ({ ann, ben, cid }) =>
  Promise.all([
    ann.sawTracksReplaced(ben, TYPES, SLOW),
    ben.sawTracksReplaced(ann, TYPES, SLOW),
    cid
      .until("makes another connection", () => cid.sockets.length > 1, SLOW)
      .then(() => cid.hasState("connected", undefined, SLOW)),
  ]);

/** Whose socket held had media set up a second time over it, by a session with request ids of its own. */
function assertMovedOnStandingBus({ sockets }) {
  assert.equal(sockets.length, 1);
  const ids = sockets[0].heard("INIT_TRANSPORTS").map(({ id }) => id);
  assert.deepEqual(ids.map((id) => id.replace(/_\d+$/, "")), ["s_0", "s_1"]);
}

test("each one's media is on a node of its own, and everybody sees and hears everybody", async () => {
  const { ann, ben, cid } = await call();
  const nodes = [];
  for (const [participant, other] of [[ann, ben], [ben, cid], [cid, ann]]) {
    const directions = [await participant.call("sent"), await participant.received(other, "camera")];
    const [sends, receives] = directions.map(({ remotePort }) => cluster.nodeOfMediaPort(remotePort));
    assert.equal(sends, receives);
    nodes.push(sends);
  }
  assert.deepEqual(nodes.toSorted(), [1, 2, 3]);
});

test("the channel's node is drained: our clients notice nothing, a deployed one comes back", async (context) => {
  const { number, ...people } = await call();
  const { ann, ben, cid } = people;
  const pid = cluster.pid(number);
  await markGaps(ann, ben, cid);
  const states = await statesDuring([ann, ben], async () => {
    cluster.signal(number, "SIGTERM");
    await areAllElsewhere(people);
    await allSeeAndHearAll(ann, ben, cid);
    await tellGaps(context, "drain", people);
    // The node goes when nothing is left on its worker, where the transports of before are kept for some seconds.
    await Promise.all([isToldWhoIsThere(ann, [ben]), isToldWhoIsThere(ben, [ann]), cluster.ended(number, pid, 0)]);
  });
  assert.deepEqual(states, [[], []]);
  const [first, ...later] = ann.sockets;
  assert.equal(first.heard("MOVE").length, 1);
  assert.equal(first.isOpen, false);
  assert.ok(later.every(({ credentials }) => credentials.resumes && credentials.jwt === first.credentials.jwt));
  assert.equal(later.at(-1).heard("INIT_TRANSPORTS").length, 1);
  assertMovedOnStandingBus(ben);
});

test("the channel's node is killed: everybody is back, and who died with it is missed", async (context) => {
  const { channel, number, ...people } = await call();
  const { ann, ben, cid } = people;
  const pid = cluster.pid(number);
  const dan = await join(channel, number, 4);
  await dan.call("updateInfo", { isRaisingHand: true });
  await Promise.all([ann, ben].map((other) => other.knows(dan, { isRaisingHand: true })));
  await markGaps(ann, ben, cid);
  const [anns, bens] = await statesDuring([ann, ben], async () => {
    cluster.signal(number, "SIGKILL");
    await dan.close();
    await areAllElsewhere(people);
    await allSeeAndHearAll(ann, ben, cid);
    await tellGaps(context, "kill", people);
    await Promise.all([isToldWhoIsThere(ann, [ben], [dan]), isToldWhoIsThere(ben, [ann], [dan])]);
    await Promise.all([ann.sawLeave(dan), ben.sawLeave(dan), cluster.ended(number, pid, 137)]);
  });
  assert.deepEqual([anns[0], anns.at(-1)], ["recovering", "connected"]);
  assert.deepEqual(bens, []);
  assert.ok(ann.sockets.slice(1).every(({ credentials }) => credentials?.resumes));
  assertMovedOnStandingBus(ben);
});

test("the call page goes on when a node dies", async () => {
  await cluster.isWhole();
  const [ann, ben] = await Promise.all(["Ann", "Ben"].map((name) => enterCall(on, { channel: "garden", name })));
  people.push(ann, ben);
  await Promise.all([sees(ann, "Ben"), sees(ben, "Ann")]);
  const { channelUUID } = await (await fetch(`${on.node.url}/demo/token?channel=garden&name=nobody`)).json();
  cluster.signal(await cluster.nodeOf(channelUUID), "SIGKILL");
  await Promise.all([ann, ben].map(hasMoved));
  await Promise.all([sees(ann, "Ben"), sees(ben, "Ann")]);
  await Promise.all([ann, ben].map((page) => page.waitForFunction(allVideosMove)));
  await picture(ann, "after-a-kill");
});

const hasMoved = (page) =>
  until("its media is on another node", () => page.evaluate(() => window.__call.client.moveCount > 0), {
    detail: () => detailOf(page),
    ...SLOW,
  });

/** Runs in the page. */
const allVideosMove = () =>
  Promise.all(
    [...document.querySelectorAll("video")].map(
      (video) => new Promise((resolve) => video.requestVideoFrameCallback(() => resolve(true))),
    ),
  );
