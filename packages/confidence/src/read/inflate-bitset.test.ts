/** The gzip container: every byte that counts, and those that do not. @module */
import { deflateRawSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { inflateBitset } from "./inflate-bitset.js";

const bits = Uint8Array.from({ length: 1_000 }, (_, i) => (i * 7) & 255);
const gzipped = Uint8Array.from(gzipSync(bits));

/** The container with some bytes replaced; a place below 0 counts from the end. */
function withBytes(changes: Readonly<Record<number, number>>): Uint8Array {
  const copy = Uint8Array.from(gzipped);
  for (const [place, byte] of Object.entries(changes)) copy[(Number(place) + copy.length) % copy.length] = byte;
  return copy;
}

const last = (place: number, by: number) => withBytes({ [place]: (gzipped.at(place) as number) ^ by });
const trailer = gzipped.subarray(-8);
const deflated = gzipped.subarray(10, -8);
const other = gzipSync(Uint8Array.from([1, 2, 3]));
const around = (deflated: Uint8Array) => Uint8Array.from([...gzipped.subarray(0, 10), ...deflated, ...trailer]);

describe("inflateBitset", () => {
  test.each([
    { what: "a container as it is", container: gzipped },
    { what: "any time", container: withBytes({ 4: 1, 5: 2, 6: 3, 7: 4 }) },
    { what: "any level", container: withBytes({ 8: 255 }) },
    { what: "any system", container: withBytes({ 9: 255 }) },
    { what: "deflated without compression", container: around(deflateRawSync(bits, { level: 0 })) },
    { what: "bytes between the content and its checksum", container: around(Buffer.concat([deflated, trailer])) },
    { what: "a view into something larger", container: Buffer.concat([bits, gzipped]).subarray(bits.length) },
  ])("takes $what", ({ container }) => {
    expect(inflateBitset(container)).toEqual(Buffer.from(bits));
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7])("refuses bit %i of the flags", (bit) => {
    const flags = 1 << bit;
    expect(() => inflateBitset(withBytes({ 3: flags }))).toThrow(`MALFORMED: a gzip container has the flags ${flags}`);
  });

  test.each([
    { what: "nothing", container: new Uint8Array(), why: "of 0 bytes is too short" },
    { what: "less than header and trailer", container: gzipped.subarray(0, 17), why: "of 17 bytes is too short" },
    { what: "another first byte", container: withBytes({ 0: 0x1e }), why: "does not begin with 1f 8b" },
    { what: "another second byte", container: withBytes({ 1: 0x8c }), why: "does not begin with 1f 8b" },
    { what: "another method", container: withBytes({ 2: 7 }), why: "has the compression method 7 instead of 8" },
    { what: "a wrong checksum", container: last(-8, 1), why: "has a checksum that is not its content's" },
    {
      what: "a wrong checksum, highest bit",
      container: last(-5, 128),
      why: "has a checksum that is not its content's",
    },
    { what: "a wrong size", container: last(-4, 1), why: "has a size that is not its content's" },
    { what: "a wrong size, highest bit", container: last(-1, 128), why: "has a size that is not its content's" },
    { what: "content cut short", container: around(gzipped.subarray(10, -9)), why: "cannot be inflated" },
    { what: "content that is not deflated", container: around(new Uint8Array([7])), why: "cannot be inflated" },
    { what: "no content", container: around(new Uint8Array()), why: "cannot be inflated" },
    { what: "two containers in one", container: Buffer.concat([gzipped, other]), why: "has a checksum that is not" },
    {
      what: "a checksum of something else",
      container: Buffer.concat([gzipped.subarray(0, -8), other.subarray(-8)]),
      why: "has a checksum",
    },
  ])("refuses $what", ({ container, why }) => {
    expect(() => inflateBitset(container)).toThrow(`MALFORMED: a gzip container ${why}`);
  });

  test("gives up on more than 16 MiB", () => {
    expect(inflateBitset(gzipSync(new Uint8Array(16_777_217)))).toBe("oversized");
  });

  test("empty content", () => {
    expect(inflateBitset(gzipSync(new Uint8Array()))).toHaveLength(0);
  });
});
