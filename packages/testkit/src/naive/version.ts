/** Versions for ordering: section 5.6. @module */

/** The four numbers a version is ordered by; four zeros for what is no version (§5.6). */
export function versionTuple(text: string): readonly number[] {
  const nothing = [0, 0, 0, 0];
  const parts = (text.split("-")[0] as string).split(".");
  if (parts.length < 2 || parts.length > 4) return nothing;
  if (!parts.every((part) => /^[0-9]{1,10}$/.test(part))) return nothing;
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number);
  if (parts.length === 3 && (parts[2] as string).length > 3) return [a, b, 0, c];
  return [a, b, c, d];
}
