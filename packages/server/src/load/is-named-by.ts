/** Whether bytes are those that a manifest names. @module */
import { createHash } from "node:crypto";

/** What a manifest says of bytes: lower-case hex SHA-256, and how many there are. */
export interface NamedBytes {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** True for bytes of that size and digest. */
export function isNamedBy(bytes: Uint8Array, { sha256, sizeBytes }: NamedBytes): boolean {
  return bytes.length === sizeBytes && createHash("sha256").update(bytes).digest("hex") === sha256;
}
