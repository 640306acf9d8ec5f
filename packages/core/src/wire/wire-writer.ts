/** Writes the protobuf wire format into one growing buffer: what a page sends needs no generated code. @module */
import { writeUtf8 } from "../utf8.js";

/** Bytes that the longest varint takes. */
const MAX_VARINT_BYTES = 10;
const FIRST_CAPACITY = 256;

/** Fields of messages, appended in order. */
export class WireWriter {
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #length = 0;

  /** A whole number from -2^53+1 to 2^53-1; a negative one takes ten bytes, as int64 wants. */
  varint(field: number, value: number): this {
    this.#reserve(2 * MAX_VARINT_BYTES);
    this.#varint(field * 8);
    if (value < 0) this.#negativeVarint(value);
    else this.#varint(value);
    return this;
  }

  double(field: number, value: number): this {
    this.#reserve(MAX_VARINT_BYTES + 8);
    this.#varint(field * 8 + 1);
    new DataView(this.#bytes.buffer).setFloat64(this.#length, value, true);
    this.#length += 8;
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#reserve(2 * MAX_VARINT_BYTES + value.length);
    this.#varint(field * 8 + 2);
    this.#varint(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  text(field: number, value: string): this {
    return this.message(field, () => {
      this.#reserve(3 * value.length);
      this.#length = writeUtf8(value, this.#bytes, this.#length);
    });
  }

  /** A message whose fields the callback appends to this writer. */
  message(field: number, fields: () => void): this {
    this.#reserve(2 * MAX_VARINT_BYTES);
    this.#varint(field * 8 + 2);
    const at = this.#length++;
    fields();
    const size = this.#length - at - 1;
    if (size < 128) this.#bytes[at] = size;
    else this.#insertLength(at, size);
    return this;
  }

  /** A copy of everything written so far. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  /** Moves what was written to make room for a length of more than one byte. */
  #insertLength(at: number, size: number): void {
    this.#reserve(MAX_VARINT_BYTES);
    let extra = 0;
    for (let rest = size; rest > 127; rest = Math.floor(rest / 128)) extra++;
    this.#bytes.copyWithin(at + 1 + extra, at + 1, this.#length);
    this.#length = at;
    this.#varint(size);
    this.#length += size;
  }

  #reserve(size: number): void {
    const needed = this.#length + size;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** Two's complement in ten bytes. */
  #negativeVarint(value: number): void {
    let rest = -value - 1;
    for (let i = 0; i < 9; i++) {
      this.#bytes[this.#length++] = (127 - (rest % 128)) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = 1;
  }
}
