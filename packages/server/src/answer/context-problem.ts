/** Says what is wrong with the size or the shape of a context that came over the wire. @module */

/** At all levels together. */
const MAX_ATTRIBUTES = 1_000;
/** Of UTF-8. */
const MAX_TEXT_BYTES = 65_536;
const MAX_DEPTH = 32;
const MAX_ELEMENTS = 10_000;

/**
 * What a context has too much of; undefined when it is within all caps.
 *
 * In a client a cap holds where an attribute is read. Here the whole context is somebody else's, and has just been decoded.
 *
 * @param context - JSON; walked without recursion.
 */
export function contextProblem(context: object): string | undefined {
  let attributes = 0;
  let level: readonly object[] = [context];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH}`;
    const next: object[] = [];
    for (const node of level) {
      const values = Object.values(node);
      const isList = Array.isArray(node);
      if (isList && values.length > MAX_ELEMENTS) return `has a list of more than ${MAX_ELEMENTS} elements`;
      if (!isList) attributes += values.length;
      if (attributes > MAX_ATTRIBUTES) return `has more than ${MAX_ATTRIBUTES} attributes`;
      for (const value of values) {
        if (typeof value === "object" && value !== null) next.push(value);
        else if (typeof value === "string" && Buffer.byteLength(value) > MAX_TEXT_BYTES) {
          return `has a text of more than ${MAX_TEXT_BYTES} bytes`;
        }
      }
    }
    level = next;
  }
  return undefined;
}
