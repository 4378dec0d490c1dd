import { describe, expect, it } from "vitest";

import { Backoff } from "../../src/backoff.js";

describe("Backoff", () => {
  it("tries again within half a second, whatever the dice say", () => {
    expect(new Backoff().nextDelayMillis(0, () => 0)).toBe(200);
    expect(new Backoff().nextDelayMillis(0, () => 1)).toBe(500);
  });

  it("grows and stays at 30 s at most", () => {
    const backoff = new Backoff();
    const delays = Array.from({ length: 20 }, () => backoff.nextDelayMillis(0, () => 0.5));
    expect(delays).toEqual([...delays].sort((a, b) => a - b));
    expect(delays.at(-1)).toBeLessThanOrEqual(30_000);
    expect(delays.at(-1)).toBeGreaterThan(20_000);
  });

  it("starts over after a connection that held", () => {
    const backoff = new Backoff();
    for (let i = 0; i < 5; i++) {
      backoff.nextDelayMillis(0, () => 0);
    }
    backoff.succeeded(1_000);
    expect(backoff.nextDelayMillis(6_000, () => 0)).toBe(200);
  });

  it("keeps growing when connections are made and dropped at once", () => {
    const backoff = new Backoff();
    backoff.nextDelayMillis(0, () => 0);
    backoff.succeeded(1_000);
    expect(backoff.nextDelayMillis(1_100, () => 0)).toBeGreaterThan(200);
  });
});
