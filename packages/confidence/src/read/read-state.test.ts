/** A state bare or in an envelope, and what is read of it. @module */
import { describe, expect, test } from "vitest";
import { ALL, envelopeBytes, flag, type StateInit, stateBytes } from "../../test/state-builder.js";
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

  test("an envelope that names no account", () => {
    expect(readState(envelopeBytes(stateBytes({}), "")).account).toBeUndefined();
  });
});

describe("what is refused", () => {
  test.each([
    { what: "text", state: Buffer.from("not a state"), why: "wire type 6 is unknown, at byte 1" },
    {
      what: "a state cut short",
      state: stateBytes({}).subarray(0, -1),
      why: "something ends before its length is over",
    },
    {
      what: "an envelope of a state cut short",
      state: envelopeBytes(stateBytes({}).subarray(0, -1), "acme"),
      why: "something ends before its length is over",
    },
  ])("$what", ({ state, why }) => {
    const said = `MALFORMED: this is no resolver state: ${why}`;
    expect(() => readState(state)).toThrow(said);
    expect(() => readState(state)).toThrow("If it is encrypted, decrypt it first.");
  });
});

describe("what is read of unusual bytes", () => {
  const flagNamed = (name: string) => ({ name });
  test.each([
    {
      what: "a field that occurs twice: the last",
      state: "0a 06 0a 01 66 0a 01 67",
      expected: { flags: [flagNamed("g")] },
    },
    {
      what: "a message that occurs twice: both, merged",
      state: "12 0c 12 02 0a 00 12 06 0a 04 0a 02 78 79",
      expected: { segments: [{ targeting: { criteria: { "": {}, xy: {} } } }] },
    },
    {
      what: "numbers beyond 32 bits: their lower ones",
      state: "52 06 18 83 80 80 80 10",
      expected: { bloomFilters: [{ hashFunctionCount: 3 }] },
    },
    {
      what: "numbers in more bytes than they need",
      state: "52 04 20 85 80 00",
      expected: { bloomFilters: [{ bitCount: 5n }] },
    },
    {
      what: "undeclared fields: nothing",
      state: "40 02 0a 09 0a 01 66 7b 08 01 7c 78 01",
      expected: { flags: [flagNamed("f")] },
    },
  ])("$what", ({ state, expected }) => {
    expect(readState(bytes(state)).state).toMatchObject(expected);
  });
});
