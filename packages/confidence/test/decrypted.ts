/** Decrypts an encrypted envelope: the example of the README. @module */
import { createDecipheriv } from "node:crypto";

/** The envelope; the key is hex, as it is configured. */
export function decrypted(bytes: Uint8Array, encryptionKey: string): Uint8Array {
  const decipher = createDecipheriv("aes-256-gcm", Buffer.from(encryptionKey, "hex"), bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
}
