import { describe, expect, it } from "vitest";

import { Backoff, moveDelayMillis } from "../../src/backoff.js";

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

  it("tries again within 200 ms when a good connection's server died, and no faster than usual after that", () => {
    const backoff = new Backoff();
    backoff.succeeded(1_000);
    expect(backoff.nextDelayMillis(6_000, () => 0, true)).toBe(0);
    expect(backoff.nextDelayMillis(6_100, () => 0, true)).toBe(200);
    backoff.succeeded(7_000);
    expect(backoff.nextDelayMillis(12_000, () => 1, true)).toBe(200);
    backoff.succeeded(13_000);
    expect(backoff.nextDelayMillis(13_100, () => 0, true)).toBeGreaterThanOrEqual(200);
  });

  it("keeps growing when connections are made and dropped at once", () => {
    const backoff = new Backoff();
    backoff.nextDelayMillis(0, () => 0);
    backoff.succeeded(1_000);
    expect(backoff.nextDelayMillis(1_100, () => 0)).toBeGreaterThan(200);
  });
});

describe("moveDelayMillis", () => {
  it("is 100 to 400 ms first, and 5 s at most", () => {
    expect(moveDelayMillis(0, () => 0)).toBe(100);
    expect(moveDelayMillis(0, () => 1)).toBe(400);
    expect(moveDelayMillis(1, () => 0)).toBeGreaterThan(100);
    expect(moveDelayMillis(50, () => 1)).toBe(5_000);
  });
});
