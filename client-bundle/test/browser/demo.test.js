/** The call page that `./sfu demo` serves, in two tabs. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { enterCall, picture, sees, summaryOf } from "./support/demo.js";
import { stage } from "./support/stage.js";
import { until } from "./support/until.js";

const on = stage({ command: "demo", fps: 8 });

const enter = (name, options) => enterCall(on, { channel: "kitchen", name, ...options });

test("the node prints the address of its page", () => {
  assert.match(on.node.log, new RegExp(`${on.node.url}/demo/`));
});

test("the page shows itself before the call", async () => {
  const page = await on.browser.newPage(`${on.node.url}/demo/?channel=kitchen`, { viewport: { width: 1280, height: 800 } });
  await page.waitForFunction(() => [...document.querySelectorAll("video")].some(({ videoWidth }) => videoWidth > 0));
  await picture(page, "before-the-call");
  await page.close();
});

test("two tabs see, hear and name each other", async () => {
  const [ann, ben] = await Promise.all([enter("Ann"), enter("Ben", { viewport: { width: 390, height: 844 } })]);
  await Promise.all([sees(ann, "Ben"), sees(ben, "Ann")]);
  await picture(ann, "call-desktop");
  await picture(ben, "call-phone");

  await ann.keyboard.press("i");
  await ann.waitForFunction(() => /\d+\s*×\s*\d+/.test(document.body.innerText));
  await picture(ann, "statistics");
  await ann.keyboard.press("i");
  await ben.getByRole("button", { name: /camera/i }).first().click();
  await until("Ben's camera is off at Ann's", async () => (await summaryOf(ann)).others[0].info.isCameraOn === false);
  await picture(ann, "camera-off");

  await ben.getByRole("button", { name: /leave/i }).first().click();
  await until("Ben is gone", async () => (await summaryOf(ann)).others.length === 0);
  assert.equal((await summaryOf(ben)).ending, "left");
  await picture(ben, "left");
  for (const page of [ann, ben]) {
    assert.deepEqual(page.errors, []);
    await page.close();
  }
});
