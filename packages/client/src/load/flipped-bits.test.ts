/** B-01 in Node: no flipped bit is believed, of whatever is served. @module */
import { createSeededRandom } from "@aplomb/testkit";
import { expect, test } from "vitest";
import { BUNDLE_BYTES, ENVELOPE_BYTES, flipBits } from "../testing/flipped-bits.js";

const DEEP = process.env.APLOMB_DEEP === "1";

/** In npm test one bit of every byte, each in its turn. */
const envelopeBits = DEEP
  ? Array.from({ length: ENVELOPE_BYTES * 8 }, (_, bit) => bit)
  : Array.from({ length: ENVELOPE_BYTES }, (_, at) => at * 8 + (at % 8));
const random = createSeededRandom(1);
const bundleBits = Array.from({ length: DEEP ? 20_000 : 1_000 }, () => Math.floor(random.next() * BUNDLE_BYTES * 8));

test(`B-01 ${envelopeBits.length} bits of an envelope of 2 KiB: none is believed, each gets its code, and what was there answers`, {
  timeout: 120_000,
}, async () => {
  const { seen, ...rest } = await flipBits("envelope", envelopeBits);
  expect(rest).toEqual({ activations: 0, sameAnswers: true, sound: "ok" });
  const expected = ["payload SIGNATURE", "signature SIGNATURE", "type MALFORMED", "frame MALFORMED", "frame LIMIT"];
  expect([...seen].filter((outcome) => !expected.includes(outcome))).toEqual([]);
  expect(seen.size).toBeGreaterThanOrEqual(4);
});

test(`B-01 ${bundleBits.length} bits of a bundle of 64 KiB: HASH each time, and what was there answers`, {
  timeout: 120_000,
}, async () => {
  const { seen, ...rest } = await flipBits("bundle", bundleBits);
  expect(rest).toEqual({ activations: 0, sameAnswers: true, sound: "ok" });
  expect([...seen]).toEqual(["bundle HASH"]);
});
