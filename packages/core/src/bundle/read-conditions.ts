/** Reads the segments that flags are mostly made of straight into a table of conditions. @module */
import { type ConditionTable, type KeySource, packParts } from "../condition-table.js";
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
  /** The slots of keys, by the slot of the attribute's path. */
  readonly #slots: Record<KeySource["kind"], (number | undefined)[]> = { text: [], number: [], version: [] };
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
    this.#table.generation++;
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
    const isSet = this.#bytes[this.#at] === THIRD;
    if (this.#open(isSet ? THIRD : FOURTH, end) !== end) return false;
    return isSet ? this.#set(attribute, end) : this.#range(attribute, end);
  }

  #set(path: AttributePath, end: number): boolean {
    const { texts } = path;
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
    const at = this.#condition(path, "text", words, words);
    const { ints } = this.#table;
    for (let i = 0; i < count; i++) {
      const number = numbers[i] as number;
      const word = at + (number >> 5);
      ints[word] = (ints[word] as number) | (1 << (number & 31));
    }
    return true;
  }

  /** From a least, included or not, to a most, included or not; either may be missing, not both. */
  #range(path: AttributePath, end: number): boolean {
    if (this.#at === end) return false;
    // The literal's tag comes behind the bound's and its length.
    const literal = this.#bytes[this.#at + 2];
    const isOfVersions = literal === VERSION_LITERAL;
    let [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const first = this.#bytes[this.#at];
    if (first === FIRST || first === SECOND) {
      least = this.#bound(first, isOfVersions, end);
      if (first === SECOND) least = isOfVersions ? least + 1 : nextAbove(least);
    }
    const second = this.#bytes[this.#at];
    if (this.#at < end && (second === THIRD || second === FOURTH)) {
      most = this.#bound(second, isOfVersions, end);
      if (second === FOURTH) most = isOfVersions ? most - 1 : -nextAbove(-most);
    }
    if (this.#at !== end || Number.isNaN(least) || Number.isNaN(most)) return false;
    const bounds = this.#condition(path, isOfVersions ? "version" : "number", 0, 4) >> 1;
    this.#table.numbers[bounds] = least;
    this.#table.numbers[bounds + 1] = most;
    return true;
  }

  /** The key of a bound; NaN for one that has none. */
  #bound(tag: number, isVersion: boolean, end: number): number {
    const literalEnd = this.#open(tag, end);
    if (isVersion) {
      const version = this.#text(VERSION_LITERAL, literalEnd);
      if (version === undefined || this.#at !== literalEnd) return Number.NaN;
      readParts(version, this.#parts);
      return packParts(this.#parts);
    }
    const at = this.#at;
    if (this.#bytes[at] !== NUMBER_LITERAL || at + 9 !== literalEnd) return Number.NaN;
    this.#at = literalEnd;
    const { buffer, byteOffset } = this.#bytes;
    if (this.#view.buffer !== buffer) this.#view = new DataView(buffer);
    return this.#view.getFloat64(byteOffset + at + 1, true);
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
  #condition(path: AttributePath, kind: KeySource["kind"], words: number, places: number): number {
    const at = this.#table.used;
    this.#reserve(2 + places + (places & 1));
    const { ints } = this.#table;
    ints[at] = this.#slotOf(path, kind);
    ints[at + 1] = words;
    return at + 2;
  }

  #slotOf(path: AttributePath, kind: KeySource["kind"]): number {
    const { sources } = this.#table;
    const slots = this.#slots[kind];
    let slot = slots[path.slot];
    if (slot === undefined) {
      slot = sources.length;
      sources.push({ path, kind });
      while (slots.length <= path.slot) slots.push(undefined);
      slots[path.slot] = slot;
    }
    return slot;
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

/** The number that comes next: above a bound means from that number on. */
function nextAbove(number: number): number {
  if (number === 0) return Number.MIN_VALUE;
  if (number === Number.POSITIVE_INFINITY || Number.isNaN(number)) return Number.NaN;
  const bits = new BigInt64Array(Float64Array.of(number).buffer);
  bits[0] = (bits[0] as bigint) + (number > 0 ? 1n : -1n);
  return new Float64Array(bits.buffer)[0] as number;
}
