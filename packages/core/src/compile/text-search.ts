/** Looks for a text in another in time that grows with their lengths, whatever they are. @module */

/** Up to so many units engines are quick whatever the text is. */
const SHORT_NEEDLE = 8;
/** Product of both lengths up to which the engine's own search is never slow. */
const SMALL_PRODUCT = 4_096;

/**
 * Makes the search for a text.
 *
 * The engine's own is the fastest, but its worst case is the product of the lengths: three quarters of a second for a literal
 * of 32 KiB in an attribute of 64 KiB. Where that could be long, the search of Knuth, Morris and Pratt is taken.
 */
export function textSearch(needle: string): (text: string) => boolean {
  let fallbacks: Uint32Array | undefined;
  return (text) => {
    if (needle.length <= SHORT_NEEDLE || text.length * needle.length <= SMALL_PRODUCT) return text.includes(needle);
    fallbacks ??= fallbacksOf(needle);
    let matched = 0;
    for (let at = 0; at < text.length && matched < needle.length; at++) {
      matched = advanced(matched, text.charCodeAt(at), needle, fallbacks);
    }
    return matched === needle.length;
  };
}

/** How much of a text is matched after one more unit. */
function advanced(before: number, unit: number, needle: string, fallbacks: Uint32Array): number {
  let matched = before;
  while (matched > 0 && unit !== needle.charCodeAt(matched)) matched = fallbacks[matched - 1] as number;
  return unit === needle.charCodeAt(matched) ? matched + 1 : matched;
}

/** For each place of a text: the length of the longest beginning of it that ends there, the whole so far excepted. */
function fallbacksOf(needle: string): Uint32Array {
  const fallbacks = new Uint32Array(needle.length);
  for (let at = 1; at < needle.length; at++) {
    fallbacks[at] = advanced(fallbacks[at - 1] as number, needle.charCodeAt(at), needle, fallbacks);
  }
  return fallbacks;
}
