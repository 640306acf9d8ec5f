/** Tests of deep equality: what re-renders, and what does not. @module */
import { describe, expect, test } from "vitest";
import { sameValue } from "./same-value.js";

const shared = () => {};

describe("sameValue", () => {
  test.each<{ left: unknown; right: unknown; same: boolean }>([
    { left: 1, right: 1, same: true },
    { left: 1, right: "1", same: false },
    { left: Number.NaN, right: Number.NaN, same: true },
    { left: null, right: undefined, same: false },
    { left: {}, right: null, same: false },
    { left: {}, right: [], same: false },
    { left: [], right: [], same: true },
    { left: [1, [2, { a: 3 }]], right: [1, [2, { a: 3 }]], same: true },
    { left: [1, 2], right: [2, 1], same: false },
    { left: { a: 1, b: { c: true } }, right: { b: { c: true }, a: 1 }, same: true },
    { left: { a: 1 }, right: { a: 1, b: undefined }, same: false },
    { left: { a: undefined }, right: { b: undefined }, same: false },
    { left: { toString: 1 }, right: {}, same: false },
    { left: Object.assign(Object.create(null), { a: 1 }), right: { a: 1 }, same: true },
    { left: new Date(5), right: new Date(5), same: true },
    { left: new Date(5), right: new Date(6), same: false },
    { left: new Date(5), right: {}, same: false },
    { left: new Map([[1, 2]]), right: new Map([[1, 2]]), same: false },
    { left: { f: shared }, right: { f: shared }, same: true },
    { left: { f: shared }, right: { f: () => {} }, same: false },
    { left: 10n, right: 10n, same: true },
  ])("$left and $right: $same", ({ left, right, same }) => {
    expect(sameValue(left, right)).toBe(same);
    expect(sameValue(right, left)).toBe(same);
  });

  test("a value that holds itself, twice, counts as changed and does not hang", () => {
    expect(sameValue(cyclic(), cyclic())).toBe(false);
  });

  test("depth costs no stack", () => {
    expect(sameValue(nested(15_000), nested(15_000))).toBe(true);
  });
});

function cyclic(): unknown {
  const value: Record<string, unknown> = {};
  value.left = value;
  value.right = value;
  return value;
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}
