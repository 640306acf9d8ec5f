/** Reads the segments that flags are mostly made of straight into a table of conditions. @module */
import {
  type ConditionTable,
  FROM_LEAST,
  HAS_LEAST,
  HAS_MOST,
  HEAD,
  IN_RANGE,
  IN_SET,
  IN_VERSIONS,
  TO_MOST,
} from "../condition-table.js";
import type { AttributePath } from "../context.js";
import type { Limits } from "../limits.js";
import { readParts, type VersionParts } from "../operand.js";
import type { TextTable } from "../wire/text-table.js";

// Tags: a field's number and its type.
const FIRST = 0x0a;
const SECOND = 0x12;
const THIRD = 0x1a;
const FOURTH = 0x22;
const CRITERION_PLACE = 0x08;
const TEXT_LITERAL = SECOND;
const VERSION_LITERAL = FOURTH;
const NUMBER_LITERAL = 0x29;

/** Texts of a set that are read here, and bytes of a text. */
const MAX_TEXTS = 500;
const MAX_TEXT_BYTES = 127;
/** How deep the messages read here lie. */
const DEPTH = 8;

/**
 * Reads segments of one form: one criterion, or all of several, each one on a set of texts or on a range of numbers or
 * versions, written the way every writer writes them.
 *
 * Whatever is written otherwise, and whatever is wrong, is left to the general reader and to the compiler. What is read here
 * means the same to them: nothing else may be in it. That saves nine tenths of what decoding and compiling a segment costs.
 */
export class ConditionReader {
  readonly #table: ConditionTable;
  readonly #attributeOf: (path: string) => AttributePath;
  readonly #texts: TextTable;
  readonly #maxBytes: number;
  readonly #textNumbers = new Int32Array(MAX_TEXTS);
  readonly #parts: VersionParts = [0, 0, 0, 0];
  #view = new DataView(new ArrayBuffer(0));
  #bytes = new Uint8Array();
  #at = 0;

  constructor(table: ConditionTable, attributeOf: (path: string) => AttributePath, texts: TextTable, limits: Limits) {
    this.#table = table;
    this.#attributeOf = attributeOf;
    this.#texts = texts;
    // A field takes two bytes or more, so that an entry of fewer bytes has not too many of them.
    const isTight = limits.textBytes < MAX_TEXT_BYTES || limits.entryDepth < DEPTH;
    this.#maxBytes = isTight ? 0 : Math.min(limits.entryBytes, 2 * limits.entryRecords);
  }

  /** Reads a segment: its place in the table; 0 when it is not of the form, and then nothing has been added. */
  read(bytes: Uint8Array): number {
    if (bytes.length > this.#maxBytes) return 0;
    this.#bytes = bytes as Uint8Array<ArrayBuffer>;
    this.#at = 0;
    const place = this.#table.used;
    try {
      if (this.#targeting(place)) return place;
    } catch {
      // A text that is not UTF-8: the general reader says so.
    }
    this.#table.used = place;
    return 0;
  }

  #targeting(place: number): boolean {
    const end = this.#bytes.length;
    if (this.#open(FIRST, end) !== end) return false;
    this.#reserve(2);
    let count = 0;
    while (this.#at < end && this.#bytes[this.#at] === FIRST) {
      if (!this.#criterion(this.#open(FIRST, end))) return false;
      count++;
    }
    this.#table.ints[place] = count;
    return count > 0 && this.#open(SECOND, end) === end && this.#expression(count, end);
  }

  /** One criterion, or all of them in their order. */
  #expression(count: number, end: number): boolean {
    if (count === 1 && this.#bytes[this.#at] === CRITERION_PLACE) return this.#isPlace(0, end);
    if (this.#open(THIRD, end) !== end) return false;
    for (let i = 0; i < count; i++) {
      const operandEnd = this.#open(FIRST, end);
      if (operandEnd < 0 || !this.#isPlace(i, operandEnd)) return false;
    }
    return this.#at === end;
  }

  #isPlace(place: number, end: number): boolean {
    const isIt = this.#bytes[this.#at] === CRITERION_PLACE && this.#bytes[this.#at + 1] === place && place <= 127;
    this.#at += 2;
    return isIt && this.#at === end;
  }

  #criterion(end: number): boolean {
    if (end < 0 || this.#open(FIRST, end) !== end) return false;
    const path = this.#text(FIRST, end);
    if (path === undefined) return false;
    const attribute = this.#attributeOf(path);
    const { paths } = this.#table;
    while (paths.length <= attribute.slot) paths.push(attribute);
    paths[attribute.slot] = attribute;
    const isSet = this.#bytes[this.#at] === THIRD;
    if (this.#open(isSet ? THIRD : FOURTH, end) !== end) return false;
    return isSet ? this.#set(attribute, end) : this.#range(attribute, end);
  }

  #set({ slot, texts }: AttributePath, end: number): boolean {
    const numbers = this.#textNumbers;
    let count = 0;
    let highest = 0;
    while (this.#at < end) {
      const literalEnd = this.#open(FIRST, end);
      const text = this.#text(TEXT_LITERAL, literalEnd);
      // Lone surrogates equal U+FFFD, which takes more than a lookup.
      if (text === undefined || this.#at !== literalEnd || count === MAX_TEXTS || text.includes("\ufffd")) return false;
      let number = texts.get(text);
      if (number === undefined) {
        number = texts.size;
        texts.set(text, number);
      }
      if (number > highest) highest = number;
      numbers[count++] = number;
    }
    // Where numbers lie far apart a `Set` is smaller.
    if (count === 0 || highest >= 32 * (count + 1)) return false;
    const words = (highest >> 5) + 1;
    const at = this.#condition(IN_SET, slot, words, words);
    const { ints } = this.#table;
    for (let i = 0; i < count; i++) {
      const number = numbers[i] as number;
      const word = at + (number >> 5);
      ints[word] = (ints[word] as number) | (1 << (number & 31));
    }
    return true;
  }

  /** From a least, included or not, to a most, included or not; either may be missing, not both. */
  #range({ slot }: AttributePath, end: number): boolean {
    if (this.#at === end) return false;
    const kind = this.#boundKind();
    const isOfVersions = kind === VERSION_LITERAL;
    if (!isOfVersions && kind !== NUMBER_LITERAL) return false;
    const at = this.#condition(isOfVersions ? IN_VERSIONS : IN_RANGE, slot, 0, isOfVersions ? 16 : 4);
    const [least, size] = [at >> 1, isOfVersions ? 4 : 1];
    if (!isOfVersions) {
      this.#table.numbers[least] = Number.NEGATIVE_INFINITY;
      this.#table.numbers[least + 1] = Number.POSITIVE_INFINITY;
    }
    // A bound that is missing is one that everything but NaN is within.
    let flags = isOfVersions ? 0 : FROM_LEAST | TO_MOST;
    const first = this.#bytes[this.#at] as number;
    if (first === FIRST || first === SECOND) {
      if (!this.#bound(first, kind, least, end)) return false;
      flags = (flags & ~FROM_LEAST) | HAS_LEAST | (first === FIRST ? FROM_LEAST : 0);
    }
    const second = this.#bytes[this.#at] as number;
    if (this.#at < end && (second === THIRD || second === FOURTH)) {
      if (!this.#bound(second, kind, least + size, end)) return false;
      flags = (flags & ~TO_MOST) | HAS_MOST | (second === THIRD ? TO_MOST : 0);
    }
    this.#table.ints[at - 1] = flags;
    return this.#at === end;
  }

  /** The tag of the literal that comes next, behind a bound's tag and its length. */
  #boundKind(): number {
    return this.#bytes[this.#at + 2] ?? 0;
  }

  #bound(tag: number, kind: number, at: number, end: number): boolean {
    const literalEnd = this.#open(tag, end);
    const { numbers } = this.#table;
    if (kind === VERSION_LITERAL) {
      const version = this.#text(VERSION_LITERAL, literalEnd);
      if (version === undefined || this.#at !== literalEnd) return false;
      readParts(version, this.#parts);
      for (let i = 0; i < 4; i++) numbers[at + i] = this.#parts[i] as number;
      return true;
    }
    if (this.#bytes[this.#at] !== NUMBER_LITERAL || this.#at + 9 !== literalEnd) return false;
    const { buffer, byteOffset, byteLength } = this.#bytes;
    if (this.#view.buffer !== buffer) this.#view = new DataView(buffer);
    const number = this.#view.getFloat64(byteOffset + this.#at + 1, true);
    numbers[at] = number;
    this.#at = literalEnd;
    return literalEnd <= byteLength && !Number.isNaN(number);
  }

  /** A short text under a tag; undefined for anything else. */
  #text(tag: number, end: number): string | undefined {
    const textEnd = this.#open(tag, end);
    if (textEnd < 0 || textEnd - this.#at > MAX_TEXT_BYTES) return undefined;
    const text = this.#texts.textAt(this.#bytes, this.#at, textEnd);
    this.#at = textEnd;
    return text;
  }

  /** Goes to what lies under a tag: where that ends; below zero for another tag, or a length that is long or too long. */
  #open(tag: number, end: number): number {
    const bytes = this.#bytes;
    let at = this.#at;
    if (at + 2 > end || bytes[at] !== tag) return -1;
    let length = bytes[at + 1] as number;
    at += 2;
    if (length > 127) {
      const high = bytes[at++] as number;
      if (high === 0 || high > 127) return -1;
      length = (length & 127) | (high << 7);
    }
    this.#at = at;
    return at + length <= end ? at + length : -1;
  }

  /** Adds a condition whose literals take so many places: where they begin. */
  #condition(kind: number, slot: number, last: number, places: number): number {
    const at = this.#table.used;
    this.#reserve(HEAD + places + (places & 1));
    const { ints, used } = this.#table;
    ints[at] = kind;
    ints[at + 1] = slot;
    ints[at + 2] = used;
    ints[at + 3] = last;
    return at + HEAD;
  }

  /** Takes places, all zero. */
  #reserve(places: number): void {
    const table = this.#table;
    const used = table.used + places;
    if (used > table.ints.length) {
      const ints = new Int32Array(Math.max(used, table.ints.length * 2));
      ints.set(table.ints);
      table.ints = ints;
      table.numbers = new Float64Array(ints.buffer);
    }
    table.ints.fill(0, table.used, used);
    table.used = used;
  }
}
