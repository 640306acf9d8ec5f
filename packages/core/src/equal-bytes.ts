/** Whether byte strings are equal. @module */

/** Whether two byte strings are equal; nothing equals nothing. Not for secrets: it stops at the first difference. */
export function equalBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
