/** What breaks comes back by itself, with all that was sent and received. */
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { OdooChannel } from "./support/odoo.js";
import { stage } from "./support/stage.js";
import { Wire } from "./support/wire.js";

const CAMERA = { width: 1280, height: 720, fps: 8 };

let channel;
let wire;
let ann;
let ben;

const on = stage({
  fps: CAMERA.fps,
  setUp: async ({ node, browser }) => {
    wire = await Wire.to(node);
    channel = await OdooChannel.create(node);
    [ann, ben] = await Promise.all([1, 2].map((id) => browser.participant(id)));
    await ann.join(channel, { url: wire.url });
    await ben.join(channel);
    await Promise.all([ann, ben].map(async (participant) => {
      await participant.publish("audio");
      await participant.publish("camera", CAMERA);
    }));
    await bothSeeAndHear();
  },
});
after(() => wire?.close());

const bothSeeAndHear = () =>
  Promise.all([[ann, ben], [ben, ann]].flatMap(([viewer, sender]) => [
    viewer.decodes(sender, "camera", { width: 1280, timeoutMillis: 90_000 }),
    viewer.hears(sender),
  ]));

/** The states that a participant went through since it had `count` events. */
const statesSince = async (participant, count) =>
  (await participant.call("events")).slice(count).map((line) => line.split(" ")[1])
    .filter((word) => ["recovering", "connecting", "authenticated", "connected", "closed"].includes(word));

test("a cut WebSocket is made anew, and media with it", async () => {
  const count = (await ann.call("events")).length;
  wire.cut();
  await ann.until("was cut off and is back", async () => (await statesSince(ann, count)).at(-1) === "connected");
  assert.deepEqual(await statesSince(ann, count), ["recovering", "connecting", "authenticated", "connected"]);
  await bothSeeAndHear();
});

test("a wish not to receive outlives the connection", async () => {
  await ann.updateDownload(ben, { camera: false });
  await ann.receivesNothing(ben, "camera");
  const count = (await ann.call("events")).length;
  wire.cut();
  await ann.until("was cut off and is back", async () => (await statesSince(ann, count)).at(-1) === "connected");
  await ann.hears(ben);
  await ann.receivesNothing(ben, "camera");
  await ann.updateDownload(ben, { camera: true });
  await bothSeeAndHear();
});

test("a restart by SIGFPE is survived", async () => {
  const counts = await Promise.all([ann, ben].map(async (participant) => (await participant.call("events")).length));
  on.node.signal("SIGFPE");
  for (const [index, participant] of [ann, ben].entries()) {
    await participant.until(
      "was restarted and is back",
      async () => {
        const states = await statesSince(participant, counts[index]);
        return states[0] === "recovering" && states.at(-1) === "connected";
      },
      { timeoutMillis: 40_000 },
    );
  }
  await bothSeeAndHear();
});

test("SIGALRM closes all sessions for good, and the node takes new ones", async () => {
  on.node.signal("SIGALRM");
  await Promise.all([ann.hasState("closed", "kicked"), ben.hasState("closed", "kicked")]);
  await Promise.all([ann.join(channel), ben.join(channel)]);
  await Promise.all([ann.publish("audio"), ben.publish("audio")]);
  await Promise.all([ann.hears(ben), ben.hears(ann)]);
});
