/** What runs where Linux's interfaces and libcrypto are missing carries the same call. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { OdooChannel } from "./support/odoo.js";
import { stage } from "./support/stage.js";

const CAMERA = { width: 1280, height: 720, fps: 8 };
const SLOW = { timeoutMillis: 90_000 };

const on = stage({ env: { SFU_IO: "nio", SFU_CRYPTO: "jdk" }, fps: CAMERA.fps });

test("a call over java.nio channels and the JDK's ciphers", async () => {
  assert.match(on.node.log, /nio, jdk/);
  const channel = await OdooChannel.create(on.node);
  const [ann, ben] = await Promise.all([1, 2].map((id) => on.browser.participant(id)));
  await Promise.all([ann.join(channel), ben.join(channel)]);
  await Promise.all([ann, ben].flatMap((each) => [each.publish("audio"), each.publish("camera", CAMERA)]));
  await Promise.all([[ann, ben], [ben, ann]].flatMap(([viewer, sender]) => [
    viewer.decodes(sender, "camera", { width: 1280, ...SLOW }),
    viewer.hears(sender),
  ]));
});
