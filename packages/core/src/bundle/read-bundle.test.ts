/** Entries are found by their keys, whatever these are and in whichever form they are written. @module */
import { bundleBytes } from "@aplomb/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { SERVICE_LIMITS } from "../limits.js";
import { readBundle } from "./read-bundle.js";

/** Keys of ASCII, which one loop finds, and such as the general reader has to read: long, empty, of other letters. */
const KEYS = fc.uniqueArray(
  fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.string({ unit: "grapheme", maxLength: 6 }),
    fc.string({ minLength: 120, maxLength: 140 }),
  ),
  { maxLength: 60 },
);

test("every key is found, and no other", () => {
  fc.assert(
    fc.property(KEYS, fc.string({ maxLength: 14 }), (keys, other) => {
      const bytes = bundleBytes({ flags: Object.fromEntries(keys.map((key) => [key, { variants: [{ name: key }] }])) });
      const { flags } = readBundle(bytes, SERVICE_LIMITS);
      expect([...flags.keys()].sort()).toEqual([...keys].sort());
      expect(keys.filter((key) => !flags.has(key))).toEqual([]);
      expect(flags.has(other)).toBe(keys.includes(other));
    }),
    { numRuns: 300 },
  );
});

test("of two entries with one key the last is found, in the place of the first", () => {
  const [first, second] = ["one", "two"].map((name) =>
    bundleBytes({ flags: { a: { variants: [{ name }] }, [name]: {} } }),
  );
  const { flags } = readBundle(Buffer.concat([first as Uint8Array, second as Uint8Array]), SERVICE_LIMITS);
  expect([...flags.keys()]).toEqual(["a", "one", "two"]);
  expect(Buffer.from(flags.get("a") as Uint8Array).toString("latin1")).toContain("two");
});

/** A bundle of entries of one kind, written as bytes: `bundleBytes` has no way to write what nobody would. */
function entries(tag: number, keys: readonly string[]): Uint8Array {
  const records = keys.map((key) => [tag, key.length + 4, 0x0a, key.length, ...Buffer.from(key, "latin1"), 0x12, 0]);
  return Uint8Array.from([0x08, 1, ...records.flat()]);
}

test.each([
  { name: "flags", tag: 0x1a },
  { name: "segments", tag: 0x22 },
])("P-13 keys of $name that were chosen to collide are refused, however few they are", ({ tag }) => {
  // A NUL leaves the hash of nothing where it is: all of these have one hash.
  const colliding = Array.from({ length: 120 }, (_, length) => "\0".repeat(length));
  const honest = Array.from({ length: 2_000 }, (_, place) => `checkout-${place}`);
  expect(() => readBundle(entries(tag, honest), SERVICE_LIMITS)).not.toThrow();
  expect(() => readBundle(entries(tag, colliding), SERVICE_LIMITS)).toThrow(expect.objectContaining({ code: "LIMIT" }));
});

test("P-13 many bloom filters under one name cost what many under many names do", () => {
  const { bloomFilters } = readBundle(entries(0x2a, Array(60_000).fill("")), SERVICE_LIMITS);
  expect(bloomFilters.get("")).toHaveLength(60_000);
});
