/** Tries an imported bundle as a client would, before anybody else does. @module */
import { type Diagnostic, evaluateAll, FlagError, isFlagError, openBundle } from "@aplomb/core";
import { BundleSchema, FlagSchema, SegmentSchema } from "@aplomb/proto/bundle";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { detailOf } from "../error-detail.js";

/**
 * Compiles every flag, segment and bloom filter of a bundle, each without the others, so that it takes time in
 * proportion to the bundle however they refer to each other.
 *
 * @returns What a client would set aside or find suspect.
 * @throws FlagError LIMIT for a bundle that services would refuse as a whole.
 */
export function findProblems(bundle: Uint8Array): readonly Diagnostic[] {
  requireOpen(bundle);
  const { flags, segments, bloomFilters } = fromBinary(BundleSchema, bundle);
  const ids = new Set(segments.map(({ id }) => id));
  return [
    ...flags.flatMap((entry) => problemsOf({ flags: [entry], segments: stubsFor(entry.flag, ids) })),
    ...segments.flatMap((segment) => problemsOf({ flags: [flagFor(segment.id)], segments: [segment] })),
    ...bloomFilters.flatMap((filter) =>
      problemsOf({
        flags: [flagFor("members")],
        segments: [membersOf(filter.materializedSegment)],
        bloomFilters: [filter],
      }),
    ),
  ];
}

function requireOpen(bundle: Uint8Array): void {
  try {
    openBundle(bundle);
  } catch (cause) {
    throw isFlagError(cause) ? refused(cause) : cause;
  }
}

function refused(cause: FlagError): FlagError {
  const what = `no client would take the imported bundle: ${detailOf(cause)}`;
  const remedy = "It gets smaller with fewer environments, or for a client that fewer flags list.";
  return new FlagError(cause.code, cause.code === "LIMIT" ? `${what}. ${remedy}` : what, { cause });
}

function problemsOf(init: MessageInitShape<typeof BundleSchema>): readonly Diagnostic[] {
  const flagSet = openBundle(toBinary(BundleSchema, create(BundleSchema, { ...init, schema: 1 })));
  evaluateAll(flagSet, { targeting_key: "" });
  return flagSet.diagnostics;
}

/** Empty segments in place of those that a flag's rules name. */
function stubsFor(flag: Uint8Array, ids: ReadonlySet<string>): { id: string }[] {
  const named = new Set(fromBinary(FlagSchema, flag).rules.map(({ segment }) => segment));
  return [...named].filter((id) => ids.has(id)).map((id) => ({ id }));
}

/** A flag that asks a segment, so that it is compiled. */
function flagFor(segment: string): { key: string; flag: Uint8Array } {
  const rule = { segment, enabled: true, split: { bucketCount: 1 }, salt: "" };
  return { key: "probe", flag: toBinary(FlagSchema, create(FlagSchema, { rules: [rule] })) };
}

/** A segment that asks a bloom filter. */
function membersOf(materializedSegment: string): { id: string; segment: Uint8Array } {
  const criteria = [{ kind: { case: "materializedSegment" as const, value: materializedSegment } }];
  const expression = { kind: { case: "criterion" as const, value: 0 } };
  const segment = create(SegmentSchema, { targeting: { criteria, expression } });
  return { id: "members", segment: toBinary(SegmentSchema, segment) };
}
