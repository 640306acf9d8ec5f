/** Makes of a compiled bundle what its audience may see. @module */
import { type Flag, FlagSchema, FlagState, type Segment, SegmentSchema } from "@aplomb/proto/bundle";
import { create } from "@bufbuild/protobuf";
import type { CompiledBundle } from "../compiled-bundle.js";
import type { Selection } from "../selection.js";
import { type ExposedText, exposedInFlag } from "./exposed-text.js";
import { hashLiterals } from "./hash-literals.js";
import { isAllowed } from "./is-allowed.js";
import { pruneBundle } from "./prune-bundle.js";
import { type RemoteReason, remoteFlags } from "./remote-flags.js";
import { withOpaqueNames } from "./with-opaque-names.js";

/** A bundle for an audience, and what had to be done for it. */
export interface Projection {
  readonly bundle: CompiledBundle;
  /** Flags that the endpoint resolves, and why; none but in browser bundles. */
  readonly remote: ReadonlyMap<string, RemoteReason>;
  /** What must not be published, by flag. */
  readonly exposed: ReadonlyMap<string, readonly ExposedText[]>;
  /** What opaque ids stand for. */
  readonly names: Readonly<Record<string, string>>;
}

/**
 * Projects a bundle for the audience of a selection.
 *
 * For a service: without what cannot be reached. For browsers, whose bundles anybody can read, also: descriptions, owners and
 * expiry days gone; names of rules and segments replaced by opaque ids; literals of equality and sets hashed; flags whose
 * conditions still tell something personal, or hang on a flag that browsers may not see, left to the endpoint. Evaluation gives
 * the same variant, value and reason as before for every flag that is left.
 */
export function projectBundle(compiled: CompiledBundle, selection: Selection): Projection {
  const pruned = pruneBundle(compiled);
  if (selection.audience.kind !== "browser") {
    return { bundle: pruned, remote: new Map(), exposed: new Map(), names: {} };
  }
  const hashed = { ...pruned, segments: hashSegments(pruned.segments, selection) };
  const remote = remoteFlags(hashed, selection);
  const flags = new Map(
    [...hashed.flags].map(([key, flag]) => [key, remote.has(key) ? REMOTE_FLAG : withoutNotes(flag)]),
  );
  const visible = pruneBundle({ ...hashed, flags });
  const allowed = new Map(selection.flags.map(({ key, allowInClear = [] }) => [key, allowInClear]));
  const exposed = [...visible.flags].map(([key, flag]) => {
    const found = exposedInFlag(flag).filter((text) => !isAllowed(text, allowed.get(key) ?? []));
    return [key, found] as const;
  });
  return { ...withOpaqueNames(visible), remote, exposed: new Map(exposed.filter(([, found]) => found.length > 0)) };
}

const REMOTE_FLAG: Flag = create(FlagSchema, { state: FlagState.REMOTE });

function withoutNotes(flag: Flag): Flag {
  const rules = flag.rules.map((rule) => ({ ...rule, description: "" }));
  return create(FlagSchema, { ...flag, rules, description: "", owner: "", expiresOn: "" });
}

function hashSegments(
  segments: ReadonlyMap<string, Segment>,
  { trustDomain, audience }: Selection,
): ReadonlyMap<string, Segment> {
  const hashed = [...segments].map(([id, { targeting, allocation }]): [string, Segment] => [
    id,
    create(SegmentSchema, {
      ...(targeting !== undefined && { targeting: hashLiterals(targeting, [trustDomain, audience.name, id]) }),
      ...(allocation !== undefined && { allocation }),
    }),
  ]);
  return new Map(hashed);
}
