/** Three people in a call over UDP: everything arrives decoded, and does what the people do. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { OdooChannel } from "./support/odoo.js";
import { stage } from "./support/stage.js";

/** Three encoders of three layers and six decoders share two cores with the rest: few frames a second will do. */
const CAMERA = { width: 1280, height: 720, fps: 8 };
const SCREEN = { width: 960, height: 540, fps: 4 };
/** So little that the browser's estimate of the line, which starts low on a busy machine, soon has room for every layer. */
const MAX_VIDEO_BITRATE = "1500000";
const SLOW = { timeoutMillis: 90_000 };

let channel;
let everyone;

stage({
  env: { MAX_VIDEO_BITRATE },
  fps: CAMERA.fps,
  setUp: async ({ node, browser }) => {
    channel = await OdooChannel.create(node);
    everyone = await Promise.all([1, 2, 3].map((id) => browser.participant(id)));
  },
});

const othersOf = (self) => everyone.filter((other) => other !== self);
const forEachPair = (action) =>
  Promise.all(everyone.flatMap((viewer) => othersOf(viewer).map((sender) => action(viewer, sender))));

test("audio, camera and screen of each of three arrive decoded at the two others", async () => {
  await Promise.all(everyone.map((participant) => participant.join(channel)));
  // One after the other: all encoders starting at once is what a browser's estimate of the line suffers from longest.
  for (const participant of everyone) {
    await participant.publish("audio");
    await participant.publish("camera", CAMERA);
    await participant.publish("screen", SCREEN);
  }
  await forEachPair(async (viewer, sender) => {
    const camera = await viewer.decodes(sender, "camera", { width: 1280, codec: "video/VP8", ...SLOW });
    assert.equal(camera.frameHeight, 720);
    assert.equal(camera.protocol, "udp");
    const screen = await viewer.decodes(sender, "screen", { width: 960, ...SLOW });
    assert.equal(screen.frameHeight, 540);
    await viewer.hears(sender);
  });
});

test("the camera is sent in three layers", async () => {
  const { streams } = await everyone[0].call("sent");
  const rids = streams.filter(({ rid }) => rid !== undefined).map(({ rid }) => rid);
  assert.deepEqual([...new Set(rids)].sort(), ["r0", "r1", "r2"]);
});

test("the statistics count what the node receives", async () => {
  const stats = await everyone[0].until("the statistics are complete", async () => {
    const stats = await channel.stats();
    const { audio, camera, screen, total } = stats.sessionsStats.incomingBitRate;
    return audio > 0 && camera > 0 && screen > 0 && total === audio + camera + screen ? stats : undefined;
  });
  assert.equal(stats.sessionsStats.count, 3);
  assert.equal(stats.sessionsStats.cameraCount, 3);
  assert.equal(stats.sessionsStats.screenCount, 3);
  assert.equal(stats.webRtcEnabled, true);
});

test("each stream has one consumer a viewer", async () => {
  for (const participant of everyone) {
    assert.equal(await participant.call("consumerCount"), 6);
  }
});

test("a muted microphone is silent at the others, and is heard again afterwards", async () => {
  const [ann, ben, cat] = everyone;
  await ann.unpublish("audio");
  await Promise.all([ben.receivesNothing(ann, "audio"), cat.receivesNothing(ann, "audio")]);
  await ann.publish("audio");
  await Promise.all([ben.hears(ann), cat.hears(ann)]);
});

test("a camera that is switched off stops at the others, who are told, and comes back", async () => {
  const [ann, ben, cat] = everyone;
  await ann.unpublish("camera");
  await Promise.all([ben.knows(ann, { isCameraOn: false }), cat.knows(ann, { isCameraOn: false })]);
  await ben.receivesNothing(ann, "camera");
  await ann.publish("camera");
  await Promise.all([ben.knows(ann, { isCameraOn: true }), cat.knows(ann, { isCameraOn: true })]);
  await Promise.all([ben.decodes(ann, "camera", { width: 1280, ...SLOW }), cat.decodes(ann, "camera", { width: 1280, ...SLOW })]);
  assert.equal(await ben.call("consumerCount"), 6, "the consumer stays the same");
});

test("a stopped download stops for that viewer alone, and resumes", async () => {
  const [ann, ben, cat] = everyone;
  await ben.updateDownload(ann, { camera: false, audio: false });
  await Promise.all([ben.receivesNothing(ann, "camera"), ben.receivesNothing(ann, "audio")]);
  await Promise.all([cat.decodes(ann, "camera"), cat.hears(ann), ben.decodes(ann, "screen")]);
  await ben.updateDownload(ann, { camera: true, audio: true });
  await Promise.all([ben.decodes(ann, "camera", { width: 1280, ...SLOW }), ben.hears(ann)]);
});

test("a stopped download stays stopped when the producer pauses and resumes", async () => {
  const [ann, ben, cat] = everyone;
  await ben.updateDownload(ann, { camera: false });
  await ben.receivesNothing(ann, "camera");
  await ann.unpublish("camera");
  await ben.knows(ann, { isCameraOn: false });
  await ann.publish("camera");
  await cat.decodes(ann, "camera", SLOW);
  await ben.receivesNothing(ann, "camera");
  await ben.updateDownload(ann, { camera: true });
  await ben.decodes(ann, "camera", SLOW);
});

test("info and broadcasts reach the others", async () => {
  const [ann, ben, cat] = everyone;
  await ann.call("updateInfo", { isRaisingHand: true, isTalking: false });
  await Promise.all([ben.knows(ann, { isRaisingHand: true, isTalking: false }), cat.knows(ann, { isRaisingHand: true })]);
  await ann.call("broadcast", { say: ["hello"] });
  for (const viewer of [ben, cat]) {
    await viewer.until("has the broadcast", async () => (await viewer.call("broadcasts")).length > 0);
    assert.deepEqual(await viewer.call("broadcasts"), [{ senderId: 1, message: { say: ["hello"] } }]);
  }
  assert.deepEqual(await ann.call("broadcasts"), []);
});

test("who comes late sees all that is there, and no one else is disturbed", async () => {
  const [ann, ben, cat] = everyone;
  await cat.leave();
  await Promise.all([ann.sawLeave(cat), ben.sawLeave(cat)]);
  await cat.join(channel);
  for (const sender of [ann, ben]) {
    await cat.decodes(sender, "camera", { width: 1280, ...SLOW });
    await cat.decodes(sender, "screen", SLOW);
    await cat.hears(sender);
  }
  assert.equal(await ann.call("consumerCount"), 6);
  assert.deepEqual((await channel.stats()).sessionsStats.count, 3);
});

test("nothing went wrong inside the pages", async () => {
  for (const { page } of everyone) {
    assert.deepEqual(page.errors, []);
  }
  for (const participant of everyone) {
    assert.deepEqual((await participant.call("describe")).errors, []);
  }
});
