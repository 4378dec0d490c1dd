/** A firewall that lets no UDP through: media flow over ICE-TCP (RFC 6544). */
import assert from "node:assert/strict";
import { test } from "node:test";

import { NO_UDP } from "./support/browser.js";
import { OdooChannel } from "./support/odoo.js";
import { stage } from "./support/stage.js";

const CAMERA = { width: 1280, height: 720, fps: 8 };
const SCREEN = { width: 960, height: 540, fps: 4 };
/** So little that the browser's estimate of the line, which starts low on a busy machine, soon has room for every layer. */
const MAX_VIDEO_BITRATE = "1500000";
const SLOW = { timeoutMillis: 90_000 };

const on = stage({ env: { MAX_VIDEO_BITRATE }, fps: CAMERA.fps, flags: [NO_UDP] });

test("three see and hear each other, and their screens, over TCP alone", async () => {
  const channel = await OdooChannel.create(on.node);
  const everyone = await Promise.all([1, 2, 3].map((id) => on.browser.participant(id)));
  await Promise.all(everyone.map((participant) => participant.join(channel)));
  // One after the other: all encoders starting at once is what a browser's estimate of the line suffers from longest.
  for (const participant of everyone) {
    await participant.publish("audio");
    await participant.publish("camera", CAMERA);
    await participant.publish("screen", SCREEN);
  }
  for (const viewer of everyone) {
    for (const sender of everyone.filter((other) => other !== viewer)) {
      const camera = await viewer.decodes(sender, "camera", { width: 1280, ...SLOW });
      assert.equal(camera.protocol, "tcp");
      await viewer.decodes(sender, "screen", { width: 960, ...SLOW });
      await viewer.hears(sender);
    }
    assert.equal((await viewer.call("sent")).protocol, "tcp");
  }
});
