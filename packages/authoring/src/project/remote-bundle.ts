/** Makes the bundle that the endpoint evaluates in what a browser is not told. @module */
import type { CompiledBundle } from "../compiled-bundle.js";
import { pruneBundle, segmentsReachedBy } from "./prune-bundle.js";
import { prerequisitesOf } from "./remote-flags.js";
import { type OpaqueBundle, withOpaqueNames } from "./with-opaque-names.js";

/**
 * The flags that are left to the endpoint, and those that their conditions hang on, with all their rules in clear.
 *
 * Names are as opaque as in the browser's bundle: exposures of these flags say them, and pages send exposures.
 *
 * @param whole - All flags of the environment, those included that browsers may not know of.
 * @param remote - Keys of flags that the browser's bundle only names.
 */
export function remoteBundle(whole: CompiledBundle, remote: Iterable<string>): OpaqueBundle {
  const reached = new Set<string>();
  const waiting = [...remote];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const flag = whole.flags.get(key);
    if (reached.has(key) || flag === undefined) continue;
    reached.add(key);
    for (const id of segmentsReachedBy([flag], whole.segments)) {
      const segment = whole.segments.get(id);
      if (segment !== undefined) waiting.push(...prerequisitesOf(segment));
    }
  }
  const flags = new Map([...whole.flags].filter(([key]) => reached.has(key)));
  return withOpaqueNames(pruneBundle({ ...whole, flags }));
}
