/** Opens a bundle as a client would, before anybody else does. @module */
import { type Diagnostic, evaluateAll, openBundle, PAGE_LIMITS, SERVICE_LIMITS } from "@aplomb/core";
import { type Bundle, BundleSchema, FlagSchema } from "@aplomb/proto/bundle";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { AuthoringError } from "../authoring-error.js";
import type { BuiltBundle } from "../built-bundle.js";

/**
 * Opens the bundle with the evaluator, under the limits of its audience, and compiles every flag and every segment.
 *
 * @returns What it finds suspect; empty when all is well.
 * @throws AuthoringError BUNDLE_REFUSED if a client would set an entry aside, or refuse the bundle.
 */
export function checkBundle(bundle: BuiltBundle): readonly Diagnostic[] {
  let diagnostics: readonly Diagnostic[];
  try {
    const segments = toBinary(BundleSchema, segmentProbe(fromBinary(BundleSchema, bundle.bytes)));
    diagnostics = [...diagnosticsOf(bundle.bytes, bundle), ...diagnosticsOf(segments, bundle)];
  } catch (cause) {
    throw refused(bundle, (cause as Error).message, cause);
  }
  const quarantined = diagnostics.filter(({ severity }) => severity === "quarantined");
  if (quarantined.length === 0) return diagnostics;
  throw refused(bundle, quarantined.map(({ entry, message }) => `${entry}: ${message}`).join("; "));
}

function diagnosticsOf(bytes: Uint8Array, { kind }: BuiltBundle): readonly Diagnostic[] {
  const flagSet = openBundle(bytes, { limits: kind === "browser" ? PAGE_LIMITS : SERVICE_LIMITS });
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

function refused(bundle: BuiltBundle, why: string, cause?: unknown): AuthoringError {
  const message = `clients would not take all of the bundle of ${bundle.audience}: ${why}`;
  return new AuthoringError(message, {
    code: "BUNDLE_REFUSED",
    remedy: "Mend the flags that it names; nothing was published.",
    cause,
  });
}
