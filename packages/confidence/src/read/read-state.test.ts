/** A state bare or in an envelope, and what is read of it. @module */
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ALL, envelopeBytes, flag, type StateInit, stateBytes } from "../../test/state-builder.js";
import { held, numbered } from "../../test/wire-bytes.js";
import { readState } from "./read-state.js";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));
const nobody = { clients: [], credentials: [] };

const states: readonly { what: string; init: StateInit }[] = [
  { what: "flags, segments and clients", init: { flags: [flag("f")], segments: [ALL] } },
  { what: "clients only", init: {} },
  { what: "flags only", init: { ...nobody, flags: [flag("f"), flag("g")] } },
  { what: "a flag without anything but a name", init: { ...nobody, flags: [{ name: "flags/f" }] } },
  { what: "segments only", init: { ...nobody, segments: [ALL] } },
  { what: "bitsets only", init: { ...nobody, bitsets: [{ segment: "s", content: { case: "full", value: true } }] } },
];

describe("which of the two it is", () => {
  test.each(states)("$what", ({ init }) => {
    const bare = stateBytes(init);
    const read = readState(bare);
    expect(read.account).toBeUndefined();
    expect(readState(envelopeBytes(bare, "acme"))).toEqual({ ...read, account: "acme" });
  });

  test.each([
    { what: "destinations of logs", more: bytes("20 01 22 02 01 02") },
    { what: "fields that nobody knows yet", more: bytes("7a 01 61 1a 00") },
  ])("an envelope with $what", ({ more }) => {
    expect(readState(join(envelopeBytes(stateBytes({}), "acme"), more)).account).toBe("acme");
  });

  test.each([
    { what: "a text", more: held(5, "a text") },
    { what: "a number", more: numbered(6, 7) },
    { what: "a number where a state has messages", more: numbered(10, 1) },
  ])("an envelope of a later version, with $what in a field that a state has", ({ more }) => {
    const state = stateBytes({ flags: [flag("f")], segments: [ALL] });
    const read = readState(join(envelopeBytes(state, "acme"), Uint8Array.from(more)));
    expect(read).toEqual({ ...readState(state), account: "acme" });
  });

  test("a state that comes twice in its envelope: the last", () => {
    const first = held(1, [...stateBytes({ ...nobody, segments: [ALL] })]);
    const last = envelopeBytes(stateBytes({ ...nobody, flags: [flag("f")] }), "acme");
    expect(readState(join(Uint8Array.from(first), last)).state).toMatchObject({ segments: [] });
  });

  test("an envelope that names no account", () => {
    expect(readState(envelopeBytes(stateBytes({}), "")).account).toBeUndefined();
  });
});

describe("what is refused", () => {
  const cut = stateBytes({ flags: [flag("f")] }).subarray(0, -1);
  const ends = "something ends before its length is over";
  const damaged = "It has traces of one: fetch it again.";
  const encrypted = Uint8Array.from({ length: 500 }, (_, i) => (i * i * 31 + 7 * i + 3) & 255);
  test.each([
    {
      what: "text",
      state: Buffer.from("not a state\r\n"),
      why: "wire type 6 is unknown, at byte 1",
      remedy: "It is text",
    },
    {
      what: "a page",
      state: Buffer.from("<html>ö</html>"),
      why: "field 7 of a ResolverState has wire type 4",
      remedy: "It is text",
    },
    {
      what: "something gzipped",
      state: gzipSync(cut),
      why: "wire type 7 is unknown",
      remedy: "It is gzipped: unpack it",
    },
    { what: "something encrypted", state: encrypted, why: "", remedy: "If it is encrypted (its address ends in .enc)" },
    { what: "a state cut short", state: cut, why: ends, remedy: damaged },
    { what: "an envelope of one", state: envelopeBytes(cut, "acme"), why: ends, remedy: damaged },
  ])("$what", ({ state, why, remedy }) => {
    expect(() => readState(state)).toThrow(`MALFORMED: this is no resolver state: ${why}`);
    expect(() => readState(state)).toThrow(remedy);
  });
});

describe("what is read of unusual bytes", () => {
  const read = (...parts: readonly number[][]) => readState(Uint8Array.from(parts.flat())).state;
  /** A flag; with a name, since one without could be an envelope's state. */
  const named = (...parts: readonly number[][]) => held(1, held(1, "flags/f"), ...parts);
  test.each([
    { what: "a text that occurs twice: the last", part: held(1, held(1, "f"), held(1, "g")), flags: [{ name: "g" }] },
    {
      what: "numbers beyond 32 bits: their lower ones",
      part: held(10, [0x18, 0x83, 0x80, 0x80, 0x80, 0x10]),
      bloomFilters: [{ hashFunctionCount: 3 }],
    },
    {
      what: "a state of a flag beyond 32 bits: its lower ones",
      part: named([0x20, 0x81, 0x80, 0x80, 0x80, 0x10]),
      flags: [{ state: 1 }],
    },
    { what: "a state of a flag that nobody knows", part: named(numbered(4, 7)), flags: [{ state: 7 }] },
    {
      what: "a truth value whose lower 32 bits are 0: true",
      part: held(5, [0x18, 0x80, 0x80, 0x80, 0x80, 0x10]),
      bitsets: [{ content: { case: "full", value: true } }],
    },
    {
      what: "numbers in more bytes than they need",
      part: held(10, [0x20, 0x85, 0x80, 0x00]),
      bloomFilters: [{ bitCount: 5n }],
    },
    {
      what: "undeclared fields: nothing",
      part: [...numbered(8, 2), ...held(1, held(1, "f"), [0x7b, 0x08, 0x01, 0x7c], numbered(15, 1), held(13, [255]))],
      flags: [{ name: "f" }],
    },
  ])("$what", ({ what: _, part, ...expected }) => {
    expect(read(part)).toMatchObject(expected);
  });

  const criteria = (...entries: readonly number[][]) => held(2, held(2, ...entries.map((entry) => held(1, entry))));
  const attribute = (...parts: readonly number[][]) => held(2, held(1, ...parts));
  const path = held(1, "x");
  const empty = held(2);
  const one = { case: "attribute", value: { path: "x", rule: { case: "eq" } } };
  test.each([
    {
      what: "an entry that occurs twice: the last",
      part: criteria([...held(1, "a"), ...empty], [...held(1, "a"), ...held(2, held(2))]),
      a: { case: "segment" },
    },
    {
      what: "a message that occurs twice in one of many",
      part: criteria([...held(1, "a"), ...held(2, held(1, path), held(1, held(2)))]),
      a: one,
    },
    {
      what: "an entry's message that occurs twice: both",
      part: criteria([...held(1, "a"), ...attribute(path), ...attribute(held(2))]),
      a: one,
    },
    {
      what: "one of many after another: the last",
      part: criteria([...held(1, "a"), ...held(2, held(1, path), held(3))]),
      a: { case: "materializedSegment" },
    },
    {
      what: "one of many, another, the first again: only the last",
      part: criteria([...held(1, "a"), ...held(2, held(1, path), held(3), held(1, held(2)))]),
      a: { case: "attribute", value: { path: "" } },
    },
    { what: "an entry without a value: an empty one", part: criteria(held(1, "a")), a: { case: undefined } },
  ])("criteria: $what", ({ part, a }) => {
    expect(read(part).segments[0]?.targeting?.criteria.a?.kind).toMatchObject(a);
  });

  test("a targeting that occurs twice: both, merged", () => {
    const part = held(2, held(2, held(1, held(1, "a"))), held(2, held(1, held(1, "b")), held(2, held(1, "a"))));
    const [segment] = read(part).segments;
    expect(Object.keys(segment?.targeting?.criteria ?? {})).toEqual(["a", "b"]);
    expect(segment?.targeting?.expression?.kind).toEqual({ case: "ref", value: "a" });
  });

  test("a split that occurs twice: the last number, all assignments", () => {
    const splits = [held(12, numbered(1, 3), held(2, held(1, "a"))), held(12, numbered(1, 4), held(2, held(1, "b")))];
    const expected = { bucketCount: 4, assignments: [{ id: "a" }, { id: "b" }] };
    expect(read(named(held(5, ...splits))).flags[0]?.rules[0]?.split).toMatchObject(expected);
  });

  test("a value that occurs twice: both, merged, the last of a field", () => {
    const field = (name: string, ...kind: readonly number[][]) => held(1, held(1, name), held(2, ...kind));
    const values = [
      held(2, field("a", numbered(4, 1)), field("b", held(3, "x"))),
      held(2, field("b", held(5, field("y", numbered(4, 1))), held(5, field("z"))), field("__proto__", numbered(1, 9))),
    ];
    const value = read(named(held(3, ...values))).flags[0]?.variants[0]?.value;
    expect(Object.entries(value ?? {})).toEqual([
      ["a", true],
      ["b", { y: true, z: null }],
      ["__proto__", null],
    ]);
  });

  test.each([
    { what: "bits, then full", parts: [held(2, [1]), numbered(3, 1)], expected: { case: "full", value: true } },
    { what: "not full, then bits", parts: [numbered(3, 0), held(2, [1])], expected: { case: "gzipped" } },
    { what: "full, then not full", parts: [numbered(3, 1), numbered(3, 0)], expected: { case: "full", value: false } },
  ])("a bitset's $what: the last", ({ parts, expected }) => {
    expect(read(held(5, ...parts)).bitsets[0]?.content).toMatchObject(expected);
  });
});
