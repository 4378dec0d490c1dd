/** When to try again: soon at first, then less and less often, never in step with everybody else. */

const FIRST_DELAY_MILLIS = 200;
const FIRST_JITTER_MILLIS = 300;
/** A server that was good until it died won't be back in 200 ms: a balancer sends us to another, which is there now. */
const PROMPT_JITTER_MILLIS = 200;
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

  /**
   * How long to wait before the next attempt, in ms: 200 to 500 first, growing to at most 30 s.
   *
   * @param serverDied then the first attempt after a good connection comes within 200 ms
   */
  nextDelayMillis(nowMillis: number, random: () => number, serverDied = false): number {
    const wasGood = this.#goodSinceMillis !== undefined && nowMillis - this.#goodSinceMillis >= STABLE_MILLIS;
    this.#goodSinceMillis = undefined;
    if (wasGood) {
      this.#attempts = 0;
      if (serverDied) {
        return PROMPT_JITTER_MILLIS * random();
      }
    }
    const base = FIRST_DELAY_MILLIS + FIRST_JITTER_MILLIS * random();
    return Math.min(base * GROWTH ** this.#attempts++, MAX_DELAY_MILLIS * (0.75 + 0.25 * random()));
  }

  reset(): void {
    this.#attempts = 0;
    this.#goodSinceMillis = undefined;
  }
}

const FIRST_MOVE_DELAY_MILLIS = 100;
const FIRST_MOVE_JITTER_MILLIS = 300;
const MAX_MOVE_DELAY_MILLIS = 5_000;

/** How long to wait before a move that failed is tried again, in ms: its server has not much time left. */
export function moveDelayMillis(failures: number, random: () => number): number {
  const base = FIRST_MOVE_DELAY_MILLIS + FIRST_MOVE_JITTER_MILLIS * random();
  return Math.min(base * GROWTH ** failures, MAX_MOVE_DELAY_MILLIS);
}
