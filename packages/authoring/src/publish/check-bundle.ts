/** Opens a bundle as a client would, before anybody else does. @module */
import { type Diagnostic, evaluateAll, type Limits, openBundle } from "@aplomb/core";
import { type Bundle, BundleSchema, FlagSchema } from "@aplomb/proto/bundle";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { AuthoringError } from "../authoring-error.js";
import type { BuiltBundle } from "../built-bundle.js";
import { clientLimits, publisherLimits } from "./publisher-limits.js";

/**
 * Opens the bundle with the evaluator, under the limits of its audience, and compiles every flag and every segment.
 *
 * @returns What it finds suspect; empty when all is well.
 * @throws AuthoringError BUNDLE_REFUSED if a client would set an entry aside, or refuse the bundle.
 */
export function checkBundle(bundle: BuiltBundle): readonly Diagnostic[] {
  const { refusal, diagnostics } = openAsClient(bundle, clientLimits(bundle.kind));
  if (refusal === undefined) return diagnostics;
  throw new AuthoringError(`clients would not take all of the bundle of ${bundle.audience}: ${refusal}`, {
    code: "BUNDLE_REFUSED",
    remedy:
      "Mend what it names; if that is the bundle as a whole, delete flags that nobody asks for, or split the audience. Nothing was published.",
  });
}

/**
 * Asks the same of a bundle that is about to be published, and that it keeps to four fifths of every limit.
 *
 * @throws AuthoringError BUNDLE_REFUSED
 */
export function checkBeforePublishing(bundle: BuiltBundle): void {
  if (bundle.remoteBundle) checkBeforePublishing(asEvaluatedRemotely(bundle, bundle.remoteBundle));
  const { refusal } = openAsClient(bundle, publisherLimits(bundle.kind));
  // What keeps to the lower limits keeps to the others.
  if (refusal === undefined) return;
  checkBundle(bundle);
  const message = `the bundle of ${bundle.audience} is over 80 % of what clients accept, where publishing stops: ${refusal}`;
  throw new AuthoringError(message, {
    code: "BUNDLE_REFUSED",
    remedy:
      "Shorten the lists that it names, delete flags that nobody asks for, or split the audience. Nothing was published.",
  });
}

/** The endpoint takes what services take. */
function asEvaluatedRemotely(
  { audience, trustDomain }: BuiltBundle,
  { bytes, sha256 }: NonNullable<BuiltBundle["remoteBundle"]>,
): BuiltBundle {
  return { audience: `${audience} at the endpoint`, kind: "service", trustDomain, bytes, sha256, flags: [] };
}

/** Why a client with these limits would not take all of it, if so. */
function openAsClient(
  bundle: BuiltBundle,
  limits: Limits,
): { readonly refusal?: string; readonly diagnostics: readonly Diagnostic[] } {
  try {
    const segments = toBinary(BundleSchema, segmentProbe(fromBinary(BundleSchema, bundle.bytes)));
    const ofSegments = diagnosticsOf(segments, { ...limits, flags: Number.MAX_SAFE_INTEGER, bundleBytes: Infinity });
    const diagnostics = [...diagnosticsOf(bundle.bytes, limits), ...ofSegments];
    const quarantined = diagnostics.filter(({ severity }) => severity === "quarantined");
    if (quarantined.length === 0) return { diagnostics };
    return { diagnostics, refusal: quarantined.map(({ entry, message }) => `${entry}: ${message}`).join("; ") };
  } catch (error) {
    return { diagnostics: [], refusal: (error as Error).message };
  }
}

function diagnosticsOf(bytes: Uint8Array, limits: Limits): readonly Diagnostic[] {
  const flagSet = openBundle(bytes, { limits });
  evaluateAll(flagSet, {});
  return flagSet.diagnostics;
}

/** The same segments, each asked by a flag of its own: an evaluation compiles only the segments that it reaches. */
function segmentProbe({ segments, allocationSalt, schema }: Bundle): Bundle {
  const flags = segments.map(({ id }, index) => {
    const split = { bucketCount: 1, assignments: [] };
    const flag = create(FlagSchema, { rules: [{ name: id, segment: id, enabled: true, split }] });
    return { key: `segment-${index}`, flag: toBinary(FlagSchema, flag) };
  });
  return create(BundleSchema, { schema, allocationSalt, flags, segments });
}
