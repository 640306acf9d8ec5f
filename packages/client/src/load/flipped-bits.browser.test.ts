/** B-01 in Chromium: no flipped bit is believed, of whatever is served. @module */
import { createSeededRandom } from "@aplomb/testkit";
import { expect, test } from "vitest";
import { BUNDLE_BYTES, ENVELOPE_BYTES, flipBits } from "../testing/flipped-bits.js";

const random = createSeededRandom(2);
const some = (count: number, bytes: number) =>
  Array.from({ length: count }, () => Math.floor(random.next() * bytes * 8));

test.each([
  { what: "envelope" as const, bits: some(1_500, ENVELOPE_BYTES) },
  { what: "bundle" as const, bits: some(500, BUNDLE_BYTES) },
])(
  "B-01 in Chromium, bits of the $what: none is believed, and what was there answers",
  async ({ what, bits }) => {
    const { seen, ...rest } = await flipBits(what, bits);
    expect(rest).toEqual({ activations: 0, sameAnswers: true, sound: "ok" });
    const expected = ["payload SIGNATURE", "signature SIGNATURE", "type MALFORMED", "frame MALFORMED", "frame LIMIT"];
    expect([...seen].filter((outcome) => ![...expected, "bundle HASH"].includes(outcome))).toEqual([]);
  },
  30_000,
);
