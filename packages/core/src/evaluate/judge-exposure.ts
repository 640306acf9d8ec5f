/** Judges whether a reported exposure can have come from evaluating a bundle. @module */
import { MAX_UNIT_BYTES } from "../bucket.js";
import type { CompiledAssignment, CompiledRule } from "../compiled-flag.js";
import type { Fallthrough } from "../details.js";
import type { Exposure } from "../exposure.js";
import { DISABLED, REMOTE } from "../flag.js";
import type { FlagSet, OpenFlagSet } from "../flag-set.js";
import { fitsUtf8 } from "../utf8.js";
import { holderOf } from "./assign.js";

/**
 * What can be said of an exposure without the context that it came from.
 *
 * - `plausible`: some context may have led to it.
 * - `unjudged`: the bundle cannot tell, because the flag cannot be read here or is resolved by the endpoint.
 * - `unknown_flag`, `unknown_rule`, `unknown_variant`: the bundle has no such flag, no such rule in it that is switched on, or no such
 *   assignment in that.
 * - `wrong_unit`: the rule finds its unit elsewhere, or a text so long is never bucketed.
 * - `wrong_bucket`: the unit falls into another assignment.
 */
export type ExposureVerdict =
  | "plausible"
  | "unjudged"
  | "unknown_flag"
  | "unknown_rule"
  | "unknown_variant"
  | "wrong_unit"
  | "wrong_bucket";

/** The parts of an exposure that a bundle determines. */
export type JudgedExposure = Omit<Exposure, "bundleVersion" | "exposedAtMs" | "windowDay" | "exposureId">;

/**
 * Judges an exposure by the bundle it names.
 *
 * Buckets depend on salt and unit alone, so that each claim about one is worked out again. Segments depend on attributes, which are
 * never sent: that a unit was in a segment, and in none of the rules before, is believed. So is a stored assignment.
 *
 * @param flagSet - Of the version that the exposure names.
 */
export function judgeExposure(flagSet: FlagSet, exposure: JudgedExposure): ExposureVerdict {
  const flag = (flagSet as OpenFlagSet).flagNamed(exposure.flag);
  if (flag === undefined) return "unknown_flag";
  if (flag.problem !== "" || flag.state === REMOTE) return "unjudged";
  if (flag.state === DISABLED) return "unknown_rule";
  for (const passed of exposure.fallthroughs) {
    const verdict = judgeClaim(flag.rules, passed, undefined);
    if (verdict !== "plausible") return verdict;
  }
  const { rule, variant, fallthroughs } = exposure;
  const claimsNothing = rule === "" && variant === "" && exposure.assignmentId === "";
  if (claimsNothing && fallthroughs.length > 0) return "plausible";
  return judgeClaim(flag.rules, exposure, variant);
}

/**
 * Judges that a rule gave a unit an assignment; of rules with one name, by the one that fits.
 *
 * @param variant - Empty for the caller's default; undefined when the unit is said to have been passed on.
 */
function judgeClaim(rules: readonly CompiledRule[], claim: Fallthrough, variant: string | undefined): ExposureVerdict {
  let verdict: ExposureVerdict = "unknown_rule";
  for (const rule of rules) {
    if (rule.name !== claim.rule) continue;
    verdict = judgeByRule(rule, claim, variant);
    if (verdict === "plausible") break;
  }
  return verdict;
}

function judgeByRule(
  rule: CompiledRule,
  { assignmentId, unit, unitSelector }: Fallthrough,
  variant: string | undefined,
): ExposureVerdict {
  const isClaimed = (one: CompiledAssignment | undefined): boolean =>
    one?.id === assignmentId && (one.outcome === "fallthrough" ? variant === undefined : one.variantName === variant);
  if (!rule.assignments.some(isClaimed)) return "unknown_variant";
  if (rule.unitSelector !== unitSelector) return "wrong_unit";
  if (rule.fullRollout !== undefined || rule.isSticky) return "plausible";
  if (rule.bucketer === undefined || rule.bucketCount === 0) return "unknown_rule";
  if (!fitsUtf8(unit, MAX_UNIT_BYTES)) return "wrong_unit";
  const bucket = rule.bucketer.bucketOf(unit, rule.bucketCount);
  return isClaimed(holderOf(rule, bucket, rule.ranges)) ? "plausible" : "wrong_bucket";
}
