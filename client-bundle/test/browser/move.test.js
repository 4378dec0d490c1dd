/** A session that moves to another connection, or a stream to another producer, with sound and picture going on. */
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { OdooChannel } from "./support/odoo.js";
import { statesDuring } from "./support/participant.js";
import { Relay } from "./support/relay.js";
import { stage } from "./support/stage.js";

const CAMERA = { width: 640, height: 360, fps: 10 };
const MOVE = { name: "MOVE" };

let relay;

const on = stage({
  fps: CAMERA.fps,
  setUp: async ({ node }) => {
    relay = await Relay.to(node);
  },
});
after(() => relay?.close());

/** Ann, whose line the test has a hand in, and Ben, who see and hear each other. */
async function call({ benIs = {} } = {}) {
  relay.changeCredentials = (credentials) => credentials;
  const channel = await OdooChannel.create(on.node);
  const [ann, ben] = await Promise.all([on.browser.participant(1), on.browser.participant(2, benIs)]);
  await ann.join(channel, { url: relay.url });
  await ben.join(channel);
  await Promise.all([ann, ben].map(async (participant) => {
    await participant.publish("camera", CAMERA);
    await participant.publish("audio", { voice: true });
  }));
  await seesAndHears(ann, ben);
  await seesAndHears(ben, ann);
  return { channel, ann, ben };
}

const seesAndHears = (viewer, sender) => Promise.all([viewer.decodes(sender, "camera"), viewer.hears(sender)]);

/** Waits until Ben's tracks of these types, and no others, were replaced once, with no break. */
async function hasNoBreak(ann, ben, types) {
  const replaced = await ann.sawTracksReplaced(ben, types);
  assert.deepEqual(replaced.map(({ type }) => type).sort(), types);
}

/** For people: how long nothing came from Ben at the most depends on the machine, too. */
async function tellGaps(participant, context) {
  for (const { sessionId, type, longestMillis } of await participant.call("gaps")) {
    if (sessionId === 2) {
      context.diagnostic(`${type}: nothing came for ${Math.round(longestMillis)} ms at most`);
    }
  }
}

async function end(...participants) {
  await Promise.all(participants.map((participant) => participant.close()));
}

test("MOVE, to a server that takes the session from the first connection at once", async () => {
  const { ann, ben } = await call();
  const [states] = await statesDuring([ann], async () => {
    relay.say(MOVE);
    await ann.until("has moved", async () => (await ann.call("moveCount")) === 1);
    await ann.hasState("connected");
    await Promise.all([seesAndHears(ann, ben), seesAndHears(ben, ann)]);
  });
  assert.ok(!states.includes("closed"), `the first connection's being replaced is no kick: ${states}`);
  assert.equal(relay.credentials.at(-1).resumes, true);
  assert.equal(relay.credentials.at(-1).jwt, relay.credentials.at(-2).jwt);
  await end(ann, ben);
});

test("MOVE, to a server that leaves the first connection its media for a while, is not noticed", async (context) => {
  const { channel, ann, ben } = await call();
  // This node replaces a session at once; under another id the second connection is one more session to it.
  const { jwt } = channel.ticket(11);
  relay.changeCredentials = (credentials) => ({ ...credentials, jwt });
  await ann.call("markGaps");
  await ann.until("measures", async () => (await ann.call("gaps")).length >= 2);
  const [states] = await statesDuring([ann], async () => {
    relay.say(MOVE);
    await hasNoBreak(ann, ben, ["audio", "camera"]);
    await seesAndHears(ann, ben);
    await Promise.all([ben.decodes({ sessionId: 11 }, "camera"), ben.hears({ sessionId: 11 })]);
    await ben.sawLeave(ann); // the first connection was closed when it was of no use any more
  });
  assert.deepEqual(states, []);
  await tellGaps(ann, context);
  await end(ann, ben);
});

test("a lost connection whose media goes on is made anew beside it", async (context) => {
  const { channel, ann, ben } = await call();
  const { jwt } = channel.ticket(11);
  relay.changeCredentials = (credentials) => ({ ...credentials, jwt });
  await ann.call("markGaps");
  await ann.until("measures", async () => (await ann.call("gaps")).length >= 2);
  const [states] = await statesDuring([ann], async () => {
    relay.loseUnheard();
    await hasNoBreak(ann, ben, ["audio", "camera"]);
    await seesAndHears(ann, ben);
  });
  assert.deepEqual(states, ["recovering", "connecting", "authenticated", "connected"]);
  await tellGaps(ann, context);
  await end(ann, ben);
});

test("a producer that replaces another one is swapped for it when its first frame is there", async (context) => {
  const { ann, ben } = await call({ benIs: { path: "/stock" } });
  await ann.call("markGaps");
  await ann.until("measures", async () => (await ann.call("gaps")).length >= 2);
  await ben.call("republish", "camera");
  await hasNoBreak(ann, ben, ["camera"]);
  await seesAndHears(ann, ben);
  await tellGaps(ann, context);
  await end(ann, ben);
});
