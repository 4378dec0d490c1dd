/** Viewers whose line carries less than the call, told by Chromium's own feedback. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { Browser } from "./support/browser.js";
import { NarrowNetwork } from "./support/network.js";
import { SfuNode } from "./support/node.js";
import { OdooChannel } from "./support/odoo.js";

const CAMERA = { width: 1280, height: 720, fps: 10 };
const MAX_VIDEO_BITRATE = "2000000";
const NARROW = 250_000;
const SLOW = { timeoutMillis: 90_000 };

const skip = NarrowNetwork.isImpossible();

test("a viewer behind a narrow line", { skip }, async (t) => {
  const network = new NarrowNetwork();
  let node;
  let sending;
  let watching;
  t.before(async () => {
    network.open();
    const interfaces = { HTTP_INTERFACE: "0.0.0.0", RTC_INTERFACE: "0.0.0.0" };
    node = await SfuNode.start({ PUBLIC_IP: network.serverAddress, MAX_VIDEO_BITRATE, ...interfaces });
    sending = await Browser.launch({ fps: CAMERA.fps });
    watching = await Browser.launch({ fps: CAMERA.fps, network });
  });
  t.after(async () => {
    await Promise.allSettled([watching?.close(), sending?.close(), node?.stop()]);
    network.close();
  });

  let sender;
  let beside;
  let viewer;

  await t.test("sees all at its best while the line carries it", async () => {
    const channel = await OdooChannel.create(node);
    [sender, beside, viewer] = [await sending.participant(1), await sending.participant(2), await watching.participant(3)];
    for (const participant of [sender, beside, viewer]) {
      await participant.join(channel, { url: `http://${network.serverAddress}:${node.port}` });
    }
    await sender.publish("audio");
    await sender.publish("camera", CAMERA);
    await beside.decodes(sender, "camera", { width: 1280, ...SLOW });
    await viewer.decodes(sender, "camera", { width: 1280, ...SLOW });
  });

  await t.test("sees less when it doesn't, without a break, and nobody else does", async () => {
    network.carries(NARROW);
    let last;
    let smallFrames = 0;
    await viewer.until(
      "decodes fewer pixels, for three seconds in all",
      async () => {
        const now = await viewer.received(sender, "camera");
        if (last && now.frameWidth < CAMERA.width) {
          smallFrames += now.framesDecoded - last.framesDecoded;
        }
        last = now;
        return smallFrames >= 3 * CAMERA.fps;
      },
      SLOW,
    );
    await viewer.hears(sender);
    await beside.decodes(sender, "camera", { width: 1280 });
  });

  await t.test("sees all again when the line is wide again", async () => {
    network.carries(Infinity);
    await viewer.decodes(sender, "camera", { width: 1280, ...SLOW });
    await viewer.hears(sender);
    for (const participant of [sender, beside, viewer]) {
      assert.deepEqual(participant.page.errors, []);
    }
  });
});
