/** Columns of many rows as parameters of one statement, for `unnest`. @module */

/** An array of numbers or null in PostgreSQL's text form; cast it, as in `$1::bigint[]`. Much cheaper than an array of parameters. */
export function numbersParameter(numbers: readonly (number | null)[]): string {
  return `{${numbers.map((number) => number ?? "null").join(",")}}`;
}

/** An array of 16-byte ids; cast it, as in `$1::uuid[]`. */
export function uuidsParameter(ids: readonly Uint8Array[]): string {
  return `{${ids.map(hexOf).join(",")}}`;
}

/** Bytes in hexadecimal. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

/** The 16 bytes of a uuid, as the database writes it. */
export function bytesOfUuid(uuid: string): Uint8Array {
  return Uint8Array.from(Buffer.from(uuid.replaceAll("-", ""), "hex"));
}
