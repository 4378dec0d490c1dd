import { describe, expect, it } from "vitest";

import { Roster } from "../../src/roster.js";

describe("Roster", () => {
  it("gives who isn't named, under the id that was used elsewhere", () => {
    const roster = new Roster();
    roster.heardByText("7", 0);
    roster.heardByText("8", 0);
    roster.heard("8", 0);
    roster.heardByText("a b", 0);
    roster.heard(9, 0);
    roster.moved();
    expect(roster.takeLost(["9"], 1_000)).toEqual([7, "8", "a b"]);
    expect(roster.takeLost([], 1_000)).toEqual([9]);
  });

  it("spares who joined since the move, for as long as a list can be older than that", () => {
    const roster = new Roster();
    roster.moved();
    roster.heard(7, 1_000);
    expect(roster.takeLost([], 5_000)).toEqual([]);
    expect(roster.takeLost([], 60_000)).toEqual([7]);
  });

  it("takes who left and came back for new", () => {
    const roster = new Roster();
    roster.heard(7, 0);
    roster.moved();
    roster.left(7);
    roster.heard(7, 1_000);
    expect(roster.takeLost([], 2_000)).toEqual([]);
  });
});
