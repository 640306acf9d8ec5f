/** Bitsets as ranges or as bits: the same buckets, the smaller form. @module */
import { AllocationSchema } from "@aplomb/proto/bundle";
import { toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allocationOf } from "./allocation.js";

const bits = (...bytes: readonly number[]) => Uint8Array.from(bytes);
const filled = (sizeBytes: number, byte: number) => new Uint8Array(sizeBytes).fill(byte);

describe("allocationOf", () => {
  test.each([
    { what: "no bits", of: bits(), storedBits: 0, bounds: [] },
    { what: "no drawn bits", of: filled(125_000, 0), storedBits: 1_000_000, bounds: [] },
    { what: "all bits", of: filled(125_000, 255), storedBits: 1_000_000, bounds: [0, 1_000_000] },
    { what: "all bits of a short line", of: filled(9, 255), storedBits: 72, bounds: [0, 72] },
    { what: "the first bit", of: bits(1, 0), storedBits: 16, bounds: [0, 1] },
    { what: "the last bit", of: bits(0, 128), storedBits: 16, bounds: [15, 16] },
    { what: "a run over bytes", of: bits(0, 0b1100_0000, 255, 0b11, 0, 0), storedBits: 48, bounds: [14, 26] },
    { what: "two runs", of: bits(0b111, 0, 0b10, 0), storedBits: 32, bounds: [0, 3, 17, 18] },
  ])("$what", ({ of, storedBits, bounds }) => {
    expect(allocationOf(of)).toMatchObject({ storedBits, form: { case: "ranges", value: { bounds } } });
  });

  test.each([
    { what: "bits that change too often", of: bits(0b101, 0b101) },
    { what: "every other bit of all", of: filled(125_000, 0b0101_0101) },
  ])("$what stay bits", ({ of }) => {
    expect(allocationOf(of)).toMatchObject({ storedBits: 8 * of.length, form: { case: "bits", value: of } });
  });

  test("more ranges than an entry has room for stay bits", () => {
    const sparse = Uint8Array.from({ length: 125_000 }, (_, at) => (at % 9 === 0 ? 1 : 0));
    expect(allocationOf(sparse).form.case).toBe("bits");
  });

  test("a line that is too long has a length that readers refuse", () => {
    expect(allocationOf(filled(125_001, 255))).toMatchObject({ storedBits: 1_000_001, form: { case: undefined } });
  });

  test("any bits: the same buckets, never larger than the bits", () => {
    const runs = fc.array(fc.record({ byte: fc.constantFrom(0, 255, 1, 0b0011_1100, 85), times: fc.nat(40) }));
    const lines = runs.map((list) => Uint8Array.from(list.flatMap(({ byte, times }) => new Array(times).fill(byte))));
    fc.assert(
      fc.property(lines, (of) => {
        const allocation = allocationOf(of);
        const { form } = allocation;
        const restored = form.case === "ranges" ? fromBounds(form.value.bounds, of.length) : form.value;
        expect(restored).toEqual(of);
        expect(toBinary(AllocationSchema, allocation).length).toBeLessThanOrEqual(of.length + 8);
      }),
    );
  });
});

function fromBounds(bounds: readonly number[], sizeBytes: number): Uint8Array {
  const line = new Uint8Array(sizeBytes);
  for (let i = 0; i < bounds.length; i += 2) {
    for (let bit = bounds[i] as number; bit < (bounds[i + 1] as number); bit++) {
      line[bit >> 3] = (line[bit >> 3] as number) | (1 << (bit & 7));
    }
  }
  return line;
}
