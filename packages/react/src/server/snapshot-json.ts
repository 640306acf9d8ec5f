/** A snapshot as text that is safe inside of a script element. @module */
import type { FlagSnapshot } from "../flag-snapshot.js";

/**
 * JSON that no value can break out of: `<` is escaped, so that `</script>` and `<!--` do not occur.
 *
 * @example `<script type="application/json" id="flags">${snapshotJson(snapshot)}</script>`
 */
export function snapshotJson(snapshot: FlagSnapshot): string {
  return JSON.stringify(snapshot).replaceAll("<", "\\u003c");
}
