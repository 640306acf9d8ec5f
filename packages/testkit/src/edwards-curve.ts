/** The curve of Ed25519 with nothing but its group law, slow and plain (RFC 8032, section 5.1): to hold fast libraries to. @module */

/** A point in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z. */
export interface CurvePoint {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
  readonly t: bigint;
}

/** The prime of the field. */
export const FIELD: bigint = 2n ** 255n - 19n;
/** The prime order of the subgroup that honest keys are in; the whole curve has eight times as many points. */
export const ORDER: bigint = 2n ** 252n + 27742317777372353535851937790883648493n;

const mod = (value: bigint): bigint => ((value % FIELD) + FIELD) % FIELD;
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = mod(base), left = exponent; left > 0n; left >>= 1n, square = mod(square * square)) {
    if (left & 1n) result = mod(result * square);
  }
  return result;
}
const inverse = (value: bigint): bigint => power(value, FIELD - 2n);
const D = mod(-121665n * inverse(121666n));
const ROOT_OF_MINUS_1 = power(2n, (FIELD - 1n) / 4n);

/** The neutral point. */
export const NEUTRAL: CurvePoint = { x: 0n, y: 1n, z: 1n, t: 0n };

/** A sum of points. */
export function addPoints(one: CurvePoint, other: CurvePoint): CurvePoint {
  const a = mod((one.y - one.x) * (other.y - other.x));
  const b = mod((one.y + one.x) * (other.y + other.x));
  const c = mod(2n * D * one.t * other.t);
  const d = mod(2n * one.z * other.z);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return { x: mod(e * f), y: mod(g * h), z: mod(f * g), t: mod(e * h) };
}

/** A point added to itself so many times; negative numbers count from its mirror image. */
export function timesPoint(point: CurvePoint, factor: bigint): CurvePoint {
  let result = NEUTRAL;
  let double = factor < 0n ? { ...point, x: mod(-point.x), t: mod(-point.t) } : point;
  for (let left = factor < 0n ? -factor : factor; left > 0n; left >>= 1n, double = addPoints(double, double)) {
    if (left & 1n) result = addPoints(result, double);
  }
  return result;
}

/** A point with this y, if there is one; its mirror image is the other. */
function pointAt(y: bigint): CurvePoint | undefined {
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
  const root = power(square, (FIELD + 3n) / 8n);
  const x = [root, mod(root * ROOT_OF_MINUS_1)].find((candidate) => mod(candidate * candidate) === square);
  return x === undefined ? undefined : { x, y: mod(y), z: 1n, t: mod(x * y) };
}

/** The base point. */
export const BASE: CurvePoint = (() => {
  const point = pointAt(mod(4n * inverse(5n)));
  if (!point) throw new Error("the curve has no base point");
  return point.x % 2n === 0n ? point : timesPoint(point, -1n);
})();

/** The y of a point, and its x. */
export function coordinatesOf({ x, y, z }: CurvePoint): { readonly x: bigint; readonly y: bigint } {
  const scale = inverse(z);
  return { x: mod(x * scale), y: mod(y * scale) };
}

/** A number in 32 bytes, lowest first, with the sign of an x in the top bit. */
export function bytesOfNumber(number: bigint, sign = 0): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from({ length: 32 }, (_, at) => Number((number >> BigInt(8 * at)) & 255n));
  bytes[31] = (bytes[31] ?? 0) | (sign << 7);
  return bytes;
}

/** The number in some bytes, lowest first. */
export function numberOfBytes(bytes: Uint8Array): bigint {
  return bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

/** A point in the 32 bytes that keys and signatures have. */
export function bytesOfPoint(point: CurvePoint): Uint8Array<ArrayBuffer> {
  const { x, y } = coordinatesOf(point);
  return bytesOfNumber(y, Number(x & 1n));
}

/** All eight points whose order divides 8. */
export function pointsOfSmallOrder(): readonly CurvePoint[] {
  const found = new Map<string, CurvePoint>();
  for (let y = 2n; found.size < 8; y++) {
    const point = pointAt(y);
    if (!point) continue;
    const base = timesPoint(point, ORDER);
    for (let factor = 1n; factor <= 8n; factor++) {
      const multiple = timesPoint(base, factor);
      found.set(bytesOfPoint(multiple).join(), multiple);
    }
  }
  return [...found.values()];
}
