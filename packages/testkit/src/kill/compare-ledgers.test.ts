/** Holds the comparison of ledgers to its table. @module */
import { describe, expect, test } from "vitest";
import { compareLedgers, describeComparison } from "./compare-ledgers.js";

const once = (id: string) => ({ id, times: 1 });

describe("compareLedgers", () => {
  test.each([
    { name: "nothing", promised: "", stored: "", lost: [], duplicated: [], unpromised: [] },
    { name: "all kept", promised: "abc", stored: "cab", lost: [], duplicated: [], unpromised: [] },
    { name: "one lost", promised: "abc", stored: "ac", lost: [once("b")], duplicated: [], unpromised: [] },
    { name: "one twice", promised: "ab", stored: "abb", lost: [], duplicated: [once("b")], unpromised: [] },
    { name: "promised twice", promised: "aab", stored: "ab", lost: [once("a")], duplicated: [], unpromised: [] },
    { name: "promised and stored twice", promised: "aa", stored: "aa", lost: [], duplicated: [], unpromised: [] },
    { name: "never promised", promised: "a", stored: "ab", lost: [], duplicated: [], unpromised: ["b"] },
    { name: "never promised, twice", promised: "", stored: "bb", lost: [], duplicated: [once("b")], unpromised: ["b"] },
  ])("$name", ({ name: _name, promised, stored, ...expected }) => {
    const sizes = { promised: promised.length, stored: stored.length };
    expect(compareLedgers(promised, stored)).toEqual({ ...sizes, ...expected });
  });

  test("describes itself", () => {
    expect(describeComparison(compareLedgers("aab", "bbc"))).toBe(
      "promised 3, stored 3: lost 2 (a × 2), stored too often 1 (b), stored without a promise 1",
    );
    const many = Array.from({ length: 12 }, (_, at) => `n${at}`);
    expect(describeComparison(compareLedgers(many, []))).toMatch(/lost 12 \(n0, .*n9, …\), stored too often 0,/);
  });
});
