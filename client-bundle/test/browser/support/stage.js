import { after, before } from "node:test";

import { Browser } from "./browser.js";
import { SfuNode } from "./node.js";

/**
 * One node and one browser for all tests of a file.
 *
 * @param env what the node is configured with, beyond the defaults of `SfuNode`
 * @param fps of the made-up camera
 * @param setUp runs when both are there, with them
 */
export function stage({ env, command, fps, flags, setUp } = {}) {
  const things = {};
  before(async () => {
    things.browser = await Browser.launch({ fps, flags });
    things.node = await SfuNode.start(env, command);
    await setUp?.(things);
  });
  after(async () => {
    await things.browser?.close();
    await things.node?.stop();
  });
  return things;
}
