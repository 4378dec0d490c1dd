import { describe, expect, it } from "vitest";

import { ANY_SHAPE, bestGrid, WIDE } from "../../demo/layout.js";

describe("bestGrid", () => {
  it.each([
    { count: 1, width: 1280, height: 720, columns: 1 },
    { count: 4, width: 1280, height: 720, columns: 2 },
    { count: 9, width: 1920, height: 1080, columns: 3 },
    { count: 2, width: 360, height: 560, columns: 1 },
    { count: 49, width: 3840, height: 2160, columns: 7 },
  ])("gives $count people on $width x $height $columns columns", ({ count, width, height, columns }) => {
    expect(bestGrid(count, width, height, 12, ANY_SHAPE).columns).toBe(columns);
  });

  it("never needs more room than there is", () => {
    for (let count = 1; count <= 60; count++) {
      for (const [width, height] of [[340, 600], [820, 300], [1280, 700], [3800, 2000]] as const) {
        const { columns, tileWidth, tileHeight } = bestGrid(count, width, height, 8, ANY_SHAPE);
        const rows = Math.ceil(count / columns);
        expect(columns * tileWidth + (columns - 1) * 8).toBeLessThanOrEqual(width);
        expect(rows * tileHeight + (rows - 1) * 8).toBeLessThanOrEqual(height);
        expect(tileWidth).toBeGreaterThan(0);
      }
    }
  });

  it("keeps screens wide", () => {
    const { tileWidth, tileHeight } = bestGrid(1, 390, 700, 12, [WIDE]);
    expect(tileWidth / tileHeight).toBeCloseTo(WIDE, 1);
  });

  it("gives nothing where there is no room or nobody", () => {
    expect(bestGrid(3, 0, 0, 12, ANY_SHAPE).tileWidth).toBe(0);
    expect(bestGrid(0, 800, 600, 12, ANY_SHAPE).tileWidth).toBe(0);
  });
});
