/** Damages bytes as an attacker would who knows protobuf: whole fields are dropped, doubled and swapped, lengths and numbers lie. @module */
import type { SeededRandom } from "./seeded-random.js";

/** Gives one damaged copy after the other. */
export type Mutator = () => Uint8Array;

type Edit = (bytes: Uint8Array, draw: (below: number) => number, field: () => Span) => Uint8Array;
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Bytes on the edges of what varints, lengths and tags can be. */
const EDGES = [0x00, 0x01, 0x02, 0x07, 0x0a, 0x0b, 0x12, 0x1a, 0x7f, 0x80, 0xfe, 0xff];
/** Numbers on the edges of what readers take. */
const NUMBERS = [
  "00",
  "8000",
  "ffffffff0f",
  "8080808010",
  "ffffffffffffff0f",
  "ffffffffffffffffff01",
  "80808080808080808001",
];
const MAX_FIELDS = 2_000;

const EDITS: readonly Edit[] = [
  (bytes, draw) => withByte(bytes, draw(bytes.length), draw(256)),
  (bytes, draw) => flipped(bytes, draw(bytes.length * 8)),
  (bytes, draw) => withByte(bytes, draw(bytes.length), EDGES[draw(EDGES.length)] ?? 0),
  (bytes, draw) => bytes.subarray(0, draw(bytes.length)),
  (bytes, draw) => spliced(bytes, draw(bytes.length), 0, numberAt(draw(NUMBERS.length))),
  (bytes, draw) => spliced(bytes, draw(bytes.length), 1 + draw(8), numberAt(draw(NUMBERS.length))),
  (bytes, _draw, field) => spliced(bytes, field().start, lengthOf(field()), new Uint8Array()),
  (bytes, _draw, field) => {
    const { start, end } = field();
    return spliced(bytes, end, 0, bytes.subarray(start, end));
  },
  (bytes, _draw, field) => {
    const [from, to] = [field(), field()];
    return spliced(bytes, to.start, lengthOf(to), bytes.subarray(from.start, from.end));
  },
  (bytes, draw, field) => withByte(bytes, Math.min(field().start, bytes.length - 1), draw(256)),
];

/**
 * Makes a mutator over some sound messages; each copy has one to four edits.
 *
 * @param corpus - None empty.
 * @param random - Equal seeds give equal copies, so that a failing one can be found again by its number.
 */
export function createMutator(corpus: readonly Uint8Array[], random: SeededRandom): Mutator {
  const draw = (below: number): number => Math.floor(random.next() * Math.max(1, below));
  const seeds = corpus.map((bytes) => ({ bytes, fields: fieldsOf(bytes) }));
  return () => {
    const { bytes, fields } = seeds[draw(seeds.length)] ?? { bytes: new Uint8Array(1), fields: [] };
    let damaged = bytes;
    for (let edits = 1 + draw(4); edits > 0 && damaged.length > 0; edits--) {
      // Spans are those of the sound message: after the first edit they are a little off, which is just as well.
      const field = (): Span => fields[draw(fields.length)] ?? { start: 0, end: damaged.length };
      damaged = EDITS[draw(EDITS.length)]?.(damaged, draw, field) ?? damaged;
    }
    return damaged === bytes ? bytes.slice() : damaged;
  };
}

function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  return withByte(bytes, bit >> 3, (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7)));
}

function spliced(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes.subarray(0, at), ...insert, ...bytes.subarray(at + remove)]);
}

function numberAt(place: number): Uint8Array {
  return Uint8Array.from((NUMBERS[place] ?? "").match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}

function lengthOf({ start, end }: Span): number {
  return end - start;
}

/** The fields of a message and of whatever in it reads as a message: where each begins and ends. */
function fieldsOf(bytes: Uint8Array): Span[] {
  const found: Span[] = [];
  const walk = (from: number, to: number): boolean => {
    const own: Span[] = [];
    for (let at = from; at < to; ) {
      const start = at;
      const [tag, afterTag] = varintAt(bytes, at);
      const [value, afterValue] = varintAt(bytes, afterTag);
      const type = tag & 7;
      at = type === 0 ? afterValue : type === 1 ? afterTag + 8 : type === 5 ? afterTag + 4 : afterValue + value;
      if (tag < 8 || ![0, 1, 2, 5].includes(type) || at > to) return false;
      own.push({ start, end: at });
      if (type === 2 && found.length < MAX_FIELDS) walk(afterValue, at);
    }
    found.push(...own);
    return true;
  };
  walk(0, bytes.length);
  return found;
}

function varintAt(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0;
  let scale = 1;
  for (let next = at; next < at + 5; next++) {
    const byte = bytes[next] ?? 0;
    value += (byte & 127) * scale;
    scale *= 128;
    if (byte < 128) return [value, next + 1];
  }
  return [value, at + 5];
}
