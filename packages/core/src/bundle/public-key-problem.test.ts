/** Holds the list of refused keys to the curve: its points of small order are computed here, with nothing but the group law. @module */
import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { bytesToHex } from "../hex.js";
import { publicKeyProblem, SMALL_ORDER } from "./public-key-problem.js";

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
type Point = readonly [x: bigint, y: bigint];

const mod = (value: bigint): bigint => ((value % P) + P) % P;
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = mod(base), left = exponent; left > 0n; left >>= 1n, square = mod(square * square)) {
    if (left & 1n) result = mod(result * square);
  }
  return result;
}
const inverse = (value: bigint): bigint => power(value, P - 2n);
const D = mod(-121665n * inverse(121666n));
const ROOT_OF_MINUS_1 = power(2n, (P - 1n) / 4n);

/** Edwards addition, with a = -1 (RFC 8032, section 5.1). */
function add([x1, y1]: Point, [x2, y2]: Point): Point {
  const t = mod(D * x1 * x2 * y1 * y2);
  return [mod((x1 * y2 + x2 * y1) * inverse(1n + t)), mod((y1 * y2 + x1 * x2) * inverse(1n - t))];
}
function times(point: Point, factor: bigint): Point {
  let result: Point = [0n, 1n];
  for (let double = point, left = factor; left > 0n; left >>= 1n, double = add(double, double)) {
    if (left & 1n) result = add(result, double);
  }
  return result;
}
/** A point with this y, if there is one. */
function pointAt(y: bigint): Point | undefined {
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
  const root = power(square, (P + 3n) / 8n);
  return [root, mod(root * ROOT_OF_MINUS_1)].map((x): Point => [x, y]).find(([x]) => mod(x * x) === square);
}
function encoded(y: bigint, sign = 0): Uint8Array {
  const bytes = Uint8Array.from({ length: 32 }, (_, at) => Number((y >> BigInt(8 * at)) & 255n));
  bytes[31] = (bytes[31] ?? 0) | (sign << 7);
  return bytes;
}

/** All eight points whose order divides 8: L times points of the whole curve. */
const torsion = new Map<string, Point>();
for (let y = 2n; torsion.size < 8; y++) {
  const point = pointAt(y);
  if (!point) continue;
  const base = times(point, L);
  for (let factor = 1n; factor <= 8n; factor++) {
    const multiple = times(base, factor);
    torsion.set(multiple.join(), multiple);
  }
}

describe("B-17 publicKeyProblem", () => {
  test("knows the y of every point of small order, and of no other", () => {
    const ys = new Set([...torsion.values()].map(([, y]) => bytesToHex(encoded(y))));
    expect([...torsion.values()].every((point) => times(point, 8n).join() === "0,1")).toBe(true);
    expect(new Set(SMALL_ORDER)).toEqual(ys);
  });

  const residues = [...new Set([...torsion.values()].map(([, y]) => y))];
  const encodings = residues
    .flatMap((y) => [y, y + P].filter((written) => written < 2n ** 255n))
    .flatMap((y) => [encoded(y), encoded(y, 1)])
    .map((key) => ({ hex: bytesToHex(key), key }));

  test("there are fourteen encodings of points of small order", () => expect(encodings).toHaveLength(14));

  test.each(encodings)("refuses $hex", ({ key }) => {
    expect(publicKeyProblem(key)).toMatch(/small order|not canonical/);
  });

  test("refuses every y beyond the field, with either sign", () => {
    for (let y = P; y < 2n ** 255n; y++) {
      for (const sign of [0, 1]) expect(publicKeyProblem(encoded(y, sign))).toContain("not canonical");
    }
  });

  test.each([
    { name: "the base point", key: encoded(mod(4n * inverse(5n))), problem: undefined },
    { name: "the largest y but that of the point of order 2", key: encoded(P - 2n, 1), problem: undefined },
    { name: "31 bytes", key: new Uint8Array(31).fill(9), problem: "is not 32 bytes long" },
    { name: "33 bytes", key: new Uint8Array(33).fill(9), problem: "is not 32 bytes long" },
  ])("$name → $problem", ({ key, problem }) => {
    expect(publicKeyProblem(key)).toBe(problem);
  });
});

test("looks at a key without changing it, in a Buffer either, whose slice is no copy", () => {
  const key = Buffer.alloc(32, 7);
  key[31] = 0x87;
  expect(publicKeyProblem(key)).toBeUndefined();
  expect(key[31]).toBe(0x87);
});
