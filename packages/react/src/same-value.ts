/** Whether two JSON values, or two evaluation contexts, say the same. @module */

/** More nodes than this are not walked: what is that large, or refers to itself, counts as changed. */
const NODE_LIMIT = 20_000;

/**
 * Deep equality of what JSON and contexts are made of: primitives, plain objects, lists, dates.
 *
 * The order of keys does not matter. Anything else (class instances, functions) is equal only to itself.
 * Walks without recursion, so neither depth nor a cycle can hurt the render that asks.
 */
export function sameValue(left: unknown, right: unknown): boolean {
  const pairs: [unknown, unknown][] = [[left, right]];
  for (let visited = 0; visited < NODE_LIMIT; visited++) {
    const pair = pairs.pop();
    if (pair === undefined) return true;
    const [a, b] = pair;
    if (Object.is(a, b)) continue;
    if (a instanceof Date && b instanceof Date && a.getTime() === b.getTime()) continue;
    if (!isPlain(a) || !isPlain(b) || Array.isArray(a) !== Array.isArray(b)) return false;
    const keys = Object.keys(a);
    if (keys.length !== Object.keys(b).length || !keys.every((key) => key in b)) return false;
    for (const key of keys) pairs.push([a[key], b[key]]);
  }
  return false;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || prototype === Object.prototype;
}
