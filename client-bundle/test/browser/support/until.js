import { setTimeout as delay } from "node:timers/promises";

const POLL_MILLIS = 50;
const TIMEOUT_MILLIS = 20_000;

/**
 * Waits until `condition` gives something true, and resolves to that. A condition that throws ends the wait.
 *
 * @param detail makes what is added to the error after a timeout
 */
export async function until(what, condition, { timeoutMillis = TIMEOUT_MILLIS, detail = () => "" } = {}) {
  const deadline = performance.now() + timeoutMillis;
  for (;;) {
    const value = await condition();
    if (value) {
      return value;
    }
    if (performance.now() > deadline) {
      throw new Error(`waited ${timeoutMillis} ms until ${what}\n${await detail()}`);
    }
    await delay(POLL_MILLIS);
  }
}
