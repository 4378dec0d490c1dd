/** When to try again: soon at first, then less and less often, never in step with everybody else. */

const FIRST_DELAY_MILLIS = 200;
const FIRST_JITTER_MILLIS = 300;
const GROWTH = 1.7;
const MAX_DELAY_MILLIS = 30_000;

/**
 * A connection that held for this long was a good one: the next loss starts from the short delay again. A server
 * that accepts and then drops us at once does not get our first, eager retry over and over.
 */
const STABLE_MILLIS = 5_000;

export class Backoff {
  #attempts = 0;
  #goodSinceMillis: number | undefined;

  /** The connection is up. */
  succeeded(nowMillis: number): void {
    this.#goodSinceMillis = nowMillis;
  }

  /** How long to wait before the next attempt, in ms: 200 to 500 first, growing to at most 30 s. */
  nextDelayMillis(nowMillis: number, random: () => number): number {
    if (this.#goodSinceMillis !== undefined && nowMillis - this.#goodSinceMillis >= STABLE_MILLIS) {
      this.#attempts = 0;
    }
    this.#goodSinceMillis = undefined;
    const base = FIRST_DELAY_MILLIS + FIRST_JITTER_MILLIS * random();
    return Math.min(base * GROWTH ** this.#attempts++, MAX_DELAY_MILLIS * (0.75 + 0.25 * random()));
  }

  reset(): void {
    this.#attempts = 0;
    this.#goodSinceMillis = undefined;
  }
}
