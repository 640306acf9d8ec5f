/** The layout of messages: what is taken, what is refused, and where. @module */
import { describe, expect, test } from "vitest";
import { ResolverStateSchema } from "../../gen/aplomb/confidence/v1/resolver_state_pb.js";
import { checkWire, MAX_NESTING } from "./check-wire.js";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const check = (hex: string) => () => checkWire(ResolverStateSchema, bytes(hex));

/** A field of another message, length and all. */
function field(number: number, content: Uint8Array): Uint8Array {
  const length = content.length;
  const prefix = length < 128 ? [length] : [(length & 127) | 128, length >> 7];
  return Uint8Array.from([number * 8 + 2, ...prefix, ...content]);
}

const identity = (inner: Uint8Array) => inner;

/** A segment whose expression is nested so often in a field. */
function nested(times: number, wrap: (inner: Uint8Array) => Uint8Array, innermost = identity): Uint8Array {
  let expression = innermost(field(1, Buffer.from("a")));
  for (let i = 0; i < times; i++) expression = wrap(expression);
  return field(2, field(2, field(2, expression)));
}

/** The same with an undeclared number in the innermost message. */
const withMore = (inner: Uint8Array) => Uint8Array.from([...inner, 0x78, 1]);
const not = (inner: Uint8Array) => field(2, inner);
const and = (inner: Uint8Array) => field(3, field(1, inner));

describe("checkWire takes", () => {
  test.each([
    { what: "nothing", hex: "" },
    { what: "a flag with a name", hex: "0a 03 0a 01 66" },
    { what: "numbers in more bytes than they need", hex: "0a 83 80 00 0a 01 66" },
    { what: "a tag in more bytes than it needs", hex: "8a 00 03 0a 01 66" },
    { what: "a number of 64 bits", hex: "52 0b 20 ff ff ff ff ff ff ff ff ff 01" },
    { what: "a number of 32 bits with more behind them", hex: "52 06 18 80 80 80 80 10" },
    { what: "a truth value that is neither 0 nor 1", hex: "2a 02 18 07" },
    { what: "undeclared numbers", hex: "40 02 78 ff 01" },
    { what: "undeclared bytes, even if they are no text", hex: "1a 02 ff fe" },
    { what: "undeclared fixed numbers", hex: "79 00 00 00 00 00 00 00 00 7d 00 00 00 00" },
    { what: "undeclared groups", hex: "7b 08 01 83 01 84 01 7c" },
    { what: "the highest field number", hex: "f8 ff ff ff 0f 00" },
  ])("$what", ({ hex }) => {
    expect(check(hex)).not.toThrow();
  });
});

describe("checkWire refuses", () => {
  test.each([
    { what: "field number 0", hex: "02 00", why: "a tag has no field number, at byte 1" },
    { what: "a tag beyond 32 bits", hex: "8a 80 80 80 10 00", why: "a tag has no field number, at byte 5" },
    { what: "wire type 6", hex: "0e 00", why: "wire type 6 is unknown, at byte 1" },
    { what: "wire type 7", hex: "0f 00", why: "wire type 7 is unknown, at byte 1" },
    { what: "a flag that is a number", hex: "08 01", why: "field 1 of a ResolverState has wire type 0 instead of 2" },
    { what: "a state that is a text", hex: "0a 02 22 00", why: "field 4 of a Flag has wire type 2 instead of 0" },
    { what: "a name that is a group", hex: "0a 02 0b 0c", why: "field 1 of a Flag has wire type 3 instead of 2" },
    { what: "a length beyond the end", hex: "0a 05 0a 01 66", why: "something ends before its length is over" },
    { what: "a length beyond its message", hex: "0a 03 0a 02 66 67", why: "something ends before its length is over" },
    { what: "a tag cut short", hex: "8a", why: "something ends before its length is over, at byte 1" },
    { what: "a tag without a value", hex: "0a", why: "something ends before its length is over, at byte 1" },
    { what: "a fixed number cut short", hex: "79 00 00", why: "something ends before its length is over" },
    { what: "more than 64 bits", hex: "40 ff ff ff ff ff ff ff ff ff 02", why: "a number has more than 64 bits" },
    { what: "a text that is not UTF-8", hex: "0a 03 0a 01 ff", why: "a text is not UTF-8, at byte 5" },
    { what: "half a surrogate pair", hex: "0a 05 0a 03 ed a0 80", why: "a text is not UTF-8, at byte 7" },
    { what: "a map's key that is not UTF-8", hex: "12 07 12 05 0a 03 0a 01 ff", why: "a text is not UTF-8" },
    { what: "a group that does not end", hex: "7b 08 01", why: "something ends before its length is over" },
    { what: "the end of another group", hex: "7b 84 01", why: "a group ends that is not the one that has begun" },
    { what: "the end of no group", hex: "7c", why: "a group ends that has not begun" },
  ])("$what", ({ hex, why }) => {
    expect(check(hex)).toThrow(`MALFORMED: ${why}`);
  });
});

describe("nesting", () => {
  test.each([
    { what: "97 times NOT", state: nested(97, not), taken: true },
    { what: "98 times NOT", state: nested(98, not), taken: false },
    { what: "48 times AND", state: nested(48, and), taken: true },
    { what: "49 times AND", state: nested(49, and), taken: false },
    { what: "more than is declared, 96 times NOT", state: nested(96, not, withMore), taken: true },
    { what: "more than is declared, 97 times NOT", state: nested(97, not, withMore), taken: false },
    { what: "100 groups", state: bytes("7b".repeat(100) + "7c".repeat(100)), taken: true },
    { what: "101 groups", state: bytes("7b".repeat(101) + "7c".repeat(101)), taken: false },
    { what: "a number in 99 groups", state: bytes(`${"7b".repeat(99)}7801${"7c".repeat(99)}`), taken: true },
    { what: "a number in 100 groups", state: bytes(`${"7b".repeat(100)}7801${"7c".repeat(100)}`), taken: false },
  ])("$what: $taken", ({ state, taken }) => {
    const attempt = expect(() => checkWire(ResolverStateSchema, state));
    if (taken) attempt.not.toThrow();
    else attempt.toThrow(`are nested more than ${MAX_NESTING} deep`);
  });
});
