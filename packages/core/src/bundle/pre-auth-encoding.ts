/** DSSE's pre-authentication encoding: the bytes that are signed. @module */
import { utf8Of } from "../utf8.js";

/**
 * The bytes to sign for a payload: `DSSEv1 SP len(type) SP type SP len(body) SP body`.
 *
 * Lengths are counted in bytes and written as decimal digits (DSSE protocol, version 1).
 */
export function preAuthEncoding(payloadType: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const type = utf8Of(payloadType);
  const head = utf8Of(`DSSEv1 ${type.length} ${payloadType} ${body.length} `);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}
