/** Writes the protobuf wire format: what a page sends needs no generated code. @module */

/** Fields of one message, appended in order. */
export class WireWriter {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  /** A whole number from -2^53+1 to 2^53-1; a negative one takes ten bytes, as int64 wants. */
  varint(field: number, value: number): this {
    this.#push(varint(field * 8));
    return this.#push(value < 0 ? negativeVarint(value) : varint(value));
  }

  double(field: number, value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    this.#push(varint(field * 8 + 1));
    return this.#push(bytes);
  }

  /** Bytes, text as UTF-8, or a message that is written already. */
  bytes(field: number, value: Uint8Array): this {
    this.#push(varint(field * 8 + 2));
    this.#push(varint(value.length));
    return this.#push(value);
  }

  /** Everything written so far, as one array. */
  finish(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }

  #push(chunk: Uint8Array): this {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    return this;
  }
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/** Two's complement in ten bytes. */
function negativeVarint(value: number): Uint8Array {
  const bytes = new Uint8Array(10);
  let rest = -value - 1;
  for (let i = 0; i < 9; i++) {
    bytes[i] = (127 - (rest % 128)) | 128;
    rest = Math.floor(rest / 128);
  }
  bytes[9] = 1;
  return bytes;
}
