/** How many columns make the tiles largest. Knows nothing of the page. */

export interface Grid {
  columns: number;
  tileWidth: number;
  tileHeight: number;
}

export const WIDE = 16 / 9;
/** Cameras are wide, but where the page is not, squarer tiles use the space much better. In order of preference. */
export const ANY_SHAPE = [WIDE, 4 / 3, 1, 3 / 4];
/** How much larger a tile must become for a shape that comes later in the order. */
const WORTH_IT = 1.25;

/** @param shapes width to height, the preferred one first. All sizes are in CSS pixels. */
export function bestGrid(count: number, width: number, height: number, gap: number, shapes: number[]): Grid {
  let best: Grid = { columns: 1, tileWidth: 0, tileHeight: 0 };
  for (const shape of shapes) {
    const candidate = bestOfShape(count, width, height, gap, shape);
    if (area(candidate) > area(best) * WORTH_IT) {
      best = candidate;
    }
  }
  return best;
}

function bestOfShape(count: number, width: number, height: number, gap: number, shape: number): Grid {
  let best: Grid = { columns: 1, tileWidth: 0, tileHeight: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const widest = (width - gap * (columns - 1)) / columns;
    const highest = (height - gap * (rows - 1)) / rows;
    const tileWidth = Math.floor(Math.max(0, Math.min(widest, highest * shape)));
    const candidate = { columns, tileWidth, tileHeight: Math.floor(tileWidth / shape) };
    if (area(candidate) > area(best)) {
      best = candidate;
    }
  }
  return best;
}

function area({ tileWidth, tileHeight }: Grid): number {
  return tileWidth * tileHeight;
}
