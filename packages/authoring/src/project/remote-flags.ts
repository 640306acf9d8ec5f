/** Decides which flags a browser cannot evaluate without being told too much. @module */
import type { Segment } from "@aplomb/proto/bundle";
import type { CompiledBundle } from "../compiled-bundle.js";
import type { Selection } from "../selection.js";
import { type ExposedText, exposedInSegment } from "./exposed-text.js";
import { isAllowed } from "./is-allowed.js";
import { segmentsReachedBy } from "./prune-bundle.js";

/** Why the endpoint resolves a flag. */
export type RemoteReason =
  /** Its file says so. */
  | { readonly because: "wished" }
  /** A condition tells something personal that cannot be hashed. */
  | { readonly because: "exposed"; readonly exposed: ExposedText }
  /** A condition hangs on a flag that browsers may not see, or cannot evaluate. */
  | { readonly because: "prerequisite"; readonly flag: string };

/**
 * The flags of a bundle that must be left to the endpoint, with the first reason found.
 *
 * @param bundle - Its literals are already hashed.
 */
export function remoteFlags(bundle: CompiledBundle, selection: Selection): ReadonlyMap<string, RemoteReason> {
  const remote = new Map<string, RemoteReason>();
  const files = new Map(selection.flags.map((file) => [file.key, file]));
  const waitsFor = new Map<string, readonly string[]>();
  const exposedIn = onceForEach(exposedInSegment);
  for (const [key, flag] of bundle.flags) {
    const file = files.get(key);
    const segments = [...segmentsReachedBy([flag], bundle.segments)].flatMap((id) => bundle.segments.get(id) ?? []);
    waitsFor.set(key, segments.flatMap(prerequisitesOf));
    const exposed = segments.flatMap(exposedIn).find((text) => !isAllowed(text, file?.allowInClear ?? []));
    if (file?.clientVisible === "remote") remote.set(key, { because: "wished" });
    else if (exposed !== undefined) remote.set(key, { because: "exposed", exposed });
  }
  spread(remote, waitsFor, new Set(selection.hidden ?? []));
  return remote;
}

/** Shared segments may be long, and many flags lead to them. */
function onceForEach<T extends object, R>(ask: (thing: T) => R): (thing: T) => R {
  const answers = new Map<T, R>();
  return (thing) => {
    const answer = answers.get(thing) ?? ask(thing);
    answers.set(thing, answer);
    return answer;
  };
}

/** The keys of flags that a segment's conditions hang on. */
export function prerequisitesOf({ targeting }: Segment): string[] {
  return (targeting?.criteria ?? []).flatMap(({ kind }) => (kind.case === "prerequisite" ? [kind.value.flag] : []));
}

/** Who waits for a flag that cannot be evaluated cannot be evaluated either. */
function spread(
  remote: Map<string, RemoteReason>,
  waitsFor: ReadonlyMap<string, readonly string[]>,
  hidden: ReadonlySet<string>,
): void {
  for (let before = -1; before !== remote.size; ) {
    before = remote.size;
    for (const [key, flags] of waitsFor) {
      const flag = flags.find((other) => hidden.has(other) || remote.has(other));
      if (flag !== undefined && !remote.has(key)) remote.set(key, { because: "prerequisite", flag });
    }
  }
}
