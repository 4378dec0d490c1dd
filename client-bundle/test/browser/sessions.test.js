/** Who may be in a channel, and how one goes out of it. Sound is enough for that. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { OdooChannel } from "./support/odoo.js";
import { stage } from "./support/stage.js";

const on = stage({ env: { CHANNEL_SIZE: "2" } });
const opened = [];

/** Somebody who is in the channel and sends sound. */
async function somebody(channel, sessionId, options) {
  const participant = await on.browser.participant(sessionId, options);
  opened.push(participant);
  await participant.join(channel);
  await participant.publish("audio");
  return participant;
}

async function closeAll() {
  await Promise.all(opened.splice(0).map((participant) => participant.close()));
}

test("who leaves is gone for the others at once, and the one who stays can be called again", async () => {
  const channel = await OdooChannel.create(on.node);
  const [ann, ben] = [await somebody(channel, 1), await somebody(channel, 2)];
  await ben.hears(ann);
  await ann.leave();
  await ben.sawLeave(ann);
  const again = await somebody(channel, 1);
  await Promise.all([ben.hears(again), again.hears(ben)]);
  await closeAll();
});

test("a page that is closed leaves", async () => {
  const channel = await OdooChannel.create(on.node);
  const [ann, ben] = [await somebody(channel, 1), await somebody(channel, 2)];
  await ben.hears(ann);
  await ann.close();
  await ben.sawLeave(ann);
  await closeAll();
});

test("who is kicked by the API is told, stays out, and leaves nothing behind", async () => {
  const channel = await OdooChannel.create(on.node);
  const [ann, ben] = [await somebody(channel, "ann"), await somebody(channel, "ben")];
  await ben.hears(ann);
  await channel.disconnect("ann");
  await ann.hasState("closed", "kicked");
  await ben.sawLeave(ann);
  assert.equal((await channel.stats()).sessionsStats.count, 1);
  await closeAll();
});

test("a second page with the same session id takes the place of the first", async () => {
  const channel = await OdooChannel.create(on.node);
  const [ann, ben] = [await somebody(channel, 1), await somebody(channel, 2)];
  await ben.hears(ann);
  const again = await somebody(channel, 1); // also into a channel that is full, as this one is
  await ann.hasState("closed", "kicked");
  await Promise.all([ben.hears(again), again.hears(ben)]);
  assert.equal((await channel.stats()).sessionsStats.count, 2);
  await closeAll();
});

test("a full channel refuses one more, and says why", async () => {
  const channel = await OdooChannel.create(on.node);
  const [ann] = [await somebody(channel, 1), await somebody(channel, 2)];
  const third = await on.browser.participant(3);
  opened.push(third);
  await third.call("join", channel.ticket(3));
  await third.hasState("closed", "full");
  await ann.leave();
  await third.join(channel);
  await closeAll();
});

test("a token of another key is refused for good", async () => {
  const channel = await OdooChannel.create(on.node);
  const other = await OdooChannel.create(on.node, { key: Buffer.from("the key of another channel").toString("base64") });
  const ann = await on.browser.participant(1);
  opened.push(ann);
  await ann.call("join", { ...channel.ticket(1), channelUUID: other.uuid });
  await ann.hasState("closed", "authentication");
  await closeAll();
});

test("a channel with a key of its own takes tokens of that key", async () => {
  const channel = await OdooChannel.create(on.node, { key: Buffer.from("a channel's own key").toString("base64") });
  const [ann, ben] = [await somebody(channel, 1), await somebody(channel, 2)];
  await Promise.all([ben.hears(ann), ann.hears(ben)]);
  await closeAll();
});

test("a channel without media carries broadcasts and info", async () => {
  const channel = await OdooChannel.create(on.node, { query: "?webRTC=false" });
  const [ann, ben] = await Promise.all([1, 2].map((id) => on.browser.participant(id)));
  opened.push(ann, ben);
  for (const participant of [ann, ben]) {
    await participant.call("join", channel.ticket(participant.sessionId));
    await participant.hasState("authenticated");
  }
  await ann.call("broadcast", "hello");
  await ben.until("has the broadcast", async () => (await ben.call("broadcasts")).length > 0);
  await ann.call("updateInfo", { isRaisingHand: true });
  await ben.knows(ann, { isRaisingHand: true });
  await closeAll();
});

test("the node says who speaks, from the sound alone, to clients that ask for it", async () => {
  const channel = await OdooChannel.create(on.node);
  const ann = await on.browser.participant(1);
  opened.push(ann);
  await ann.join(channel, { detectSpeaking: true });
  const ben = await somebody(channel, 2);
  await ann.publish("audio", { voice: true });
  await ben.knows(ann, { isTalking: true });
  await ann.unpublish("audio");
  await ben.knows(ann, { isTalking: false });
  await closeAll();
});
