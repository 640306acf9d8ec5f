/** Which flags of a bundle are left to the endpoint. @module */
import { REMOTE } from "./flag.js";
import type { FlagSet, OpenFlagSet } from "./flag-set.js";

/** A flag that is left to the endpoint holds nothing but the mark: two bytes. Longer entries need not be decoded to know. */
const MAX_MARK_BYTES = 16;

/** The keys of flags that the bundle only names. */
export function remoteFlagsOf(flagSet: FlagSet): string[] {
  const open = flagSet as OpenFlagSet;
  return [...open.flagKeys].filter((key) => {
    const entry = open.flagEntries.get(key);
    return entry !== undefined && entry.length <= MAX_MARK_BYTES && open.flagNamed(key)?.state === REMOTE;
  });
}
