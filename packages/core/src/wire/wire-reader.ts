/** A bounded reader of the protobuf wire format: every length, depth and count is checked before it is believed. @module */
import { FlagError } from "../errors.js";
import { latin1Of, textOf } from "../utf8.js";
import type { TextTable } from "./text-table.js";

/** How a field is encoded. */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
const FIXED32 = 5;

/** Bytes that are made one text to cut texts from; of more, few are texts. */
const MAX_CUT_BYTES = 65_536;

/** What a reader may take in before it gives up. */
export interface WireBudget {
  /** Fields that may still be read, over all nested messages. */
  records: number;
  /** Messages that may still be nested. */
  readonly depth: number;
  readonly textBytes: number;
  /** Where names and literals are kept; absent: nowhere. */
  readonly texts?: TextTable;
}

/**
 * Reads a message, field by field: `while (reader.next()) switch (reader.field) { … }`.
 *
 * A field's value must be read, or skipped, before the next one; a nested message between `enter` and `leave`. One reader
 * serves all nested messages, because a bundle has many. Errors are {@link FlagError}: MALFORMED for bytes that are not
 * what they should be, LIMIT for more than the budget allows.
 */
export class WireReader {
  /** The number of the current field. */
  field = 0;
  /** The wire type of the current field. */
  type = 0;
  readonly #bytes: Uint8Array;
  readonly #budget: WireBudget;
  #at = 0;
  #end: number;
  #depth = 0;
  #view: DataView | undefined;
  /** The bytes as Latin-1: right where they are ASCII. */
  #ascii: string | undefined;

  constructor(bytes: Uint8Array, budget: WireBudget) {
    this.#bytes = bytes;
    this.#end = bytes.length;
    this.#budget = budget;
  }

  /** Moves to the next field; false at the end of the message. */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    if (--this.#budget.records < 0) throw new FlagError("LIMIT", "too many fields");
    const tag = this.uint32();
    this.field = tag >>> 3;
    this.type = tag & 7;
    if (this.field === 0) throw this.#malformed("field number 0");
    return true;
  }

  /** A varint of at most 32 bits. */
  uint32(): number {
    const byte = this.#bytes[this.#at] as number;
    if (byte < 128 && this.#at < this.#end) {
      this.#at++;
      return byte;
    }
    const value = this.uint53();
    if (value > 0xffffffff) throw this.#malformed("a number beyond 32 bits");
    return value;
  }

  /** An unsigned varint that JavaScript holds exactly. */
  uint53(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.#byte();
      if (byte < 128) {
        value += byte * scale;
        if (byte === 0 && i > 0) throw this.#malformed("an over-long number");
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      value += (byte & 127) * scale;
      scale *= 128;
    }
    throw new FlagError("LIMIT", "a number beyond 2^53-1");
  }

  /** A signed varint of 64 bits, rounded where JavaScript cannot hold it. */
  int64(): number {
    let low = 0;
    let high = 0;
    for (let i = 0; i < 10; i++) {
      const byte = this.#byte();
      const bits = byte & 127;
      if (i < 4) low |= bits << (7 * i);
      else if (i === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (7 * i - 32);
      if (byte < 128) {
        if (byte === 0 && i > 0) throw this.#malformed("an over-long number");
        return high * 0x100000000 + (low >>> 0);
      }
    }
    throw this.#malformed("an over-long number");
  }

  /** A signed varint of 32 bits. */
  int32(): number {
    return this.int64() | 0;
  }

  bool(): boolean {
    return this.uint53() !== 0;
  }

  double(): number {
    const at = this.#advance(8);
    this.#view ??= new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    return this.#view.getFloat64(at, true);
  }

  /** The place after what has been read. */
  get at(): number {
    return this.#at;
  }

  /** Goes on at another place, between two fields of the outermost message. */
  goTo(at: number): void {
    this.#at = at;
  }

  /** Where the field's bytes begin; they end at {@link at}. */
  bytesAt(): number {
    return this.#advance(this.#length());
  }

  /** Where the field's text begins; it ends at {@link at}. Not looked at. */
  textAt(): number {
    return this.#advance(this.#textLength());
  }

  /** A view of the field's bytes; shares their memory. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(this.bytesAt(), this.#at);
  }

  text(): string {
    const at = this.textAt();
    const end = this.#at;
    if (this.#bytes.length > MAX_CUT_BYTES) return this.#decode(at, end);
    for (let i = at; i < end; i++) {
      if ((this.#bytes[i] as number) > 127) return this.#decode(at, end);
    }
    // Texts in ASCII, nearly all of them, are cut from one text: six times as fast as decoding each.
    this.#ascii ??= latin1Of(this.#bytes);
    return this.#ascii.substring(at, end);
  }

  /** A name or a literal: a text that a bundle is likely to have many times. */
  name(): string {
    return this.#decode(this.textAt(), this.#at);
  }

  #textLength(): number {
    const length = this.#length();
    if (length > this.#budget.textBytes) throw new FlagError("LIMIT", `a text of ${length} bytes`);
    return length;
  }

  #decode(at: number, end: number): string {
    try {
      return this.#budget.texts?.textAt(this.#bytes, at, end) ?? textOf(this.#bytes.subarray(at, end));
    } catch (cause) {
      throw this.#malformed("a text that is not UTF-8", cause);
    }
  }

  /** The varint before a field's bytes. */
  #length(): number {
    const byte = this.#bytes[this.#at] as number;
    if (byte < 128 && this.#at < this.#end) {
      this.#at++;
      return byte;
    }
    return this.uint53();
  }

  /**
   * Begins the field's message: `next` then walks its fields.
   *
   * @returns What `leave` wants back.
   */
  enter(): number {
    const length = this.#length();
    const outerEnd = this.#end;
    this.#end = this.#advance(length) + length;
    this.#at = this.#end - length;
    if (++this.#depth > this.#budget.depth) {
      throw new FlagError("LIMIT", `messages are nested deeper than ${this.#budget.depth}`);
    }
    return outerEnd;
  }

  /** Ends a message all of whose fields have been read. */
  leave(outerEnd: number): void {
    this.#at = this.#end;
    this.#end = outerEnd;
    this.#depth--;
  }

  /** Adds the field's numbers to a list: packed, or one of them. */
  uint32s(into: number[]): void {
    if (this.type === VARINT) {
      into.push(this.uint32());
      return;
    }
    const end = this.uint53() + this.#at;
    if (end > this.#end) throw this.#malformed("a length beyond the end");
    while (this.#at < end) {
      if (--this.#budget.records < 0) throw new FlagError("LIMIT", "too many numbers");
      into.push(this.uint32());
    }
    if (this.#at !== end) throw this.#malformed("a number cut short");
  }

  /** Passes over the field. */
  skip(): void {
    if (this.type === VARINT) this.int64();
    else if (this.type === FIXED64) this.#advance(8);
    else if (this.type === BYTES) this.bytes();
    else if (this.type === FIXED32) this.#advance(4);
    else throw this.#malformed(`wire type ${this.type}`);
  }

  #byte(): number {
    return this.#bytes[this.#advance(1)] as number;
  }

  #advance(length: number): number {
    const at = this.#at;
    if (length > this.#end - at) throw this.#malformed("a length beyond the end");
    this.#at = at + length;
    return at;
  }

  #malformed(what: string, cause?: unknown): FlagError {
    return new FlagError("MALFORMED", `${what} at byte ${this.#at}`, { cause });
  }
}

/** Reads the field's message with a function that walks its fields. */
export function nested<T>(reader: WireReader, read: (reader: WireReader) => T): T {
  const outerEnd = reader.enter();
  const value = read(reader);
  reader.leave(outerEnd);
  return value;
}

/** The error of a field that is not in the schema this reader knows. */
export function unknownField({ field, type }: WireReader): FlagError {
  return new FlagError("READER", `field ${field} (wire type ${type}) is unknown`);
}
