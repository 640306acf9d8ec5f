/** Did you mean: the known name nearest to an unknown one. @module */

/** How many names a message lists. */
const LISTED = 12;

/**
 * The candidate with the fewest edits, if it is near enough to be a slip of the fingers: a third of the name's length.
 *
 * @param mostEdits - Instead of a third of the length.
 * @example nearestOf("tretment", ["control", "treatment"]) // "treatment"
 */
export function nearestOf(
  name: string,
  candidates: Iterable<string>,
  mostEdits: number = Math.max(1, Math.floor(name.length / 3)),
): string | undefined {
  const typed = name.toLowerCase();
  let nearest: string | undefined;
  let fewest = mostEdits + 1;
  for (const candidate of candidates) {
    const edits = slipsBetween(typed, candidate.toLowerCase(), fewest);
    if (edits >= fewest) continue;
    fewest = edits;
    nearest = candidate;
  }
  return nearest;
}

/**
 * What could have been written instead of an unknown name, and which of it was probably meant.
 *
 * @example choiceOf(["control", "treatment"], "tretment") // "control or treatment (did you mean treatment?)"
 */
export function choiceOf(candidates: readonly string[], name?: string): string {
  const shown = candidates.slice(0, LISTED);
  const last = candidates.length > LISTED ? `${candidates.length - LISTED} more` : (shown.pop() ?? "nothing");
  const list = shown.length === 0 ? last : `${shown.join(", ")} or ${last}`;
  const nearest = name === undefined ? undefined : nearestOf(name, candidates);
  return nearest === undefined || candidates.length === 1 ? list : `${list} (did you mean ${nearest}?)`;
}

/** Edits, or at least `enough` where it is no fewer; but a name that was only begun is one slip away. */
function slipsBetween(name: string, candidate: string, enough: number): number {
  const begun = name.length >= 3 && candidate.startsWith(name) && candidate !== name;
  return begun ? 1 : editsBetween(name, candidate, enough);
}

/** Stops at `enough`: a project has thousands of names, and almost all of them are nothing like the one that is looked for. */
function editsBetween(a: string, b: string, enough: number): number {
  if (Math.abs(a.length - b.length) >= enough) return enough;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  let next = [...row];
  for (let i = 1; i <= a.length; i++) {
    next[0] = i;
    let fewest = i;
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const edits = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swap);
      fewest = Math.min(fewest, edits);
      next[j] = edits;
    }
    if (fewest >= enough) return enough;
    [row, next] = [next, row];
  }
  return row[b.length] ?? 0;
}
