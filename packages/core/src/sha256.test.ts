/** SHA-256 against the platform's. @module */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesToHex } from "./hex.js";
import { sha256Of } from "./sha256.js";

const expected = (message: Uint8Array): string => createHash("sha256").update(message).digest("hex");

describe("sha256Of", () => {
  test.each([
    { text: "", hex: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { text: "abc", hex: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
  ])('"$text", as FIPS 180-4 has it', ({ text, hex }) => {
    expect(bytesToHex(sha256Of(new TextEncoder().encode(text)))).toBe(hex);
  });

  test("every length around a block's end", () => {
    for (let length = 0; length < 200; length++) {
      const message = new Uint8Array(length).map((_, i) => i * 7 + length);
      expect(bytesToHex(sha256Of(message))).toBe(expected(message));
    }
  });

  test("any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 10_000 }), (message) => {
        expect(bytesToHex(sha256Of(message))).toBe(expected(message));
      }),
      { numRuns: 300 },
    );
  });

  // Each constant is rounded from a root that engines may give a unit in the last place off: none is so close to a boundary.
  test("no constant hangs on the last bits of a root", () => {
    const primes = Array.from({ length: 312 }, (_, n) => n).filter(
      (n) => n > 1 && ![2, 3, 5, 7, 11, 13, 17].some((d) => n % d === 0 && n > d),
    );
    const scaled = primes.flatMap((prime) => [prime ** (1 / 3) * 2 ** 32, prime ** (1 / 2) * 2 ** 32]);
    const distances = scaled.map((value) => Math.abs(value - Math.round(value)));
    expect(primes).toHaveLength(64);
    expect(Math.min(...distances)).toBeGreaterThan(1e-4);
  });
});
