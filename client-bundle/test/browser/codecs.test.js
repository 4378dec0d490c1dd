/** One run a codec: a node that allows just this one carries a call with it. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Browser } from "./support/browser.js";
import { SfuNode } from "./support/node.js";
import { OdooChannel } from "./support/odoo.js";

const CAMERA = { width: 1280, height: 720, fps: 8 };
const SCREEN = { width: 960, height: 540, fps: 4 };
const SLOW = { timeoutMillis: 90_000 };

const VIDEO = [
  { name: "VP8", mimeType: "video/VP8" },
  { name: "VP9", mimeType: "video/VP9", fmtp: /profile-id=2/ },
  { name: "H264_1_2cb", mimeType: "video/H264", fmtp: /profile-level-id=42e0/ },
];

let browser;
before(async () => {
  browser = await Browser.launch({ fps: CAMERA.fps });
});
after(() => browser?.close());

async function withCall(env, action) {
  const node = await SfuNode.start(env);
  const people = await Promise.all([1, 2].map((id) => browser.participant(id)));
  try {
    const channel = await OdooChannel.create(node);
    await Promise.all(people.map((participant) => participant.join(channel)));
    await action(...people);
  } finally {
    await Promise.all(people.map((participant) => participant.close()));
    await node.stop();
  }
}

describe("video", () => {
  for (const { name, mimeType, fmtp } of VIDEO) {
    test(`camera and screen in ${name}`, async () => {
      await withCall({ VIDEO_CODECS: name }, async (ann, ben) => {
        await Promise.all([ann.publish("camera", CAMERA), ann.publish("screen", SCREEN), ben.publish("camera", CAMERA)]);
        const [camera] = await Promise.all([
          ben.decodes(ann, "camera", { width: 1280, codec: mimeType, ...SLOW }),
          ben.decodes(ann, "screen", { width: 960, codec: mimeType, ...SLOW }),
          ann.decodes(ben, "camera", { width: 1280, codec: mimeType, ...SLOW }),
        ]);
        if (fmtp) {
          assert.match(camera.fmtp, fmtp);
        }
        await ben.updateDownload(ann, { camera: false });
        await ben.receivesNothing(ann, "camera");
        await ben.updateDownload(ann, { camera: true });
        await ben.decodes(ann, "camera", { width: 1280, ...SLOW });
      });
    });
  }
});

describe("video that the browser doesn't have", () => {
  // H264 is High and H264_1_3ch Constrained High; Chromium has neither without hardware.
  test("leaves the call its sound", async () => {
    await withCall({ VIDEO_CODECS: "H264,H264_1_3ch" }, async (ann, ben) => {
      await Promise.all([ann.publish("camera", CAMERA), ann.publish("audio"), ben.publish("audio")]);
      await Promise.all([ben.hears(ann), ann.hears(ben)]);
      assert.equal(await ben.call("consumerCount"), 1);
      assert.equal((await ann.call("describe")).errors.length, 1);
    });
  });
});

describe("audio", () => {
  for (const name of ["opus", "PCMU", "PCMA"]) {
    test(`sound in ${name}`, async () => {
      await withCall({ AUDIO_CODECS: name }, async (ann, ben) => {
        await Promise.all([ann.publish("audio"), ben.publish("audio")]);
        const [audio] = await Promise.all([ben.hears(ann), ann.hears(ben)]);
        assert.equal(audio.mimeType, `audio/${name}`);
      });
    });
  }
});
