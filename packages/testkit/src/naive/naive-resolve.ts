/** The reference answer of a flag, written straight from the specification: no compiling, no sharing, no hurry. @module */
import type { ErrorCode, Fallthrough, MaterializationRecord, Resolution, ResolutionReason } from "@aplomb/core";
import { type Bundle, type Flag, FlagState, type PrerequisiteCriterion, type Rule } from "@aplomb/proto/bundle";
import { attributesOf } from "./context.js";
import type { Evaluation, Materializations } from "./evaluation.js";
import type { Outcome } from "./outcome.js";
import { recordRead } from "./read-records.js";
import { type AssignStep, type Stop, stepOf } from "./rule-step.js";
import { type NaiveState, naiveStateOf } from "./state.js";
import { variantValue } from "./variant-value.js";

/** How sticky records are supplied (§7.1). */
export interface NaiveOptions {
  readonly materializations?: Materializations;
}

/** A resolution and, of a match, its outcome and how it was chosen, which the resolution itself does not tell. */
export interface NaiveAnswer {
  readonly resolution: Resolution;
  readonly outcome?: "variant" | "client default";
  readonly by?: "hash" | "rollout" | "sticky";
}

/**
 * Resolves one flag of a bundle for a context.
 *
 * @param bundle - The bundle as a message, as bytes, or read once by `naiveStateOf`.
 */
export function naiveResolve(
  bundle: Bundle | Uint8Array | NaiveState,
  flagKey: string,
  context: object,
  options: NaiveOptions = {},
): Resolution {
  return naiveAnswer(bundle, flagKey, context, options).resolution;
}

/** The same, with what the reasons of OpenFeature need. */
export function naiveAnswer(
  bundle: Bundle | Uint8Array | NaiveState,
  flagKey: string,
  context: object,
  { materializations }: NaiveOptions,
): NaiveAnswer {
  const state = bundle instanceof Uint8Array || "$typeName" in bundle ? naiveStateOf(bundle) : bundle;
  const flag = state.flags.get(flagKey);
  if (flag === undefined) return { resolution: ended(flagKey, "FLAG_NOT_FOUND", { errorCode: "FLAG_NOT_FOUND" }) };
  return answerOf({ state, attributes: attributesOf(context), materializations }, flagKey, flag, []);
}

/** One flag in one state; `path` holds the flags whose prerequisites are being evaluated. */
function answerOf(
  given: Pick<Evaluation, "state" | "attributes" | "materializations">,
  flagKey: string,
  flag: Flag | "unreadable",
  path: readonly string[],
): NaiveAnswer {
  if (flag === "unreadable") return { resolution: ended(flagKey, "ERROR", { errorCode: "PARSE_ERROR" }) };
  if (flag.state === FlagState.DISABLED) return { resolution: ended(flagKey, "DISABLED") };
  if (flag.state === FlagState.REMOTE) return { resolution: pendingOn(flagKey, []) };
  const evaluation: Evaluation = {
    ...given,
    reads: [],
    rule: { metUnknown: false },
    matchPrerequisite: (criterion) => matchPrerequisite(evaluation, criterion, [...path, flagKey]),
  };
  return runRules(evaluation, flagKey, flag);
}

/** §4: the rules in order. */
function runRules(evaluation: Evaluation, flagKey: string, flag: Flag): NaiveAnswer {
  const fallthroughs: Fallthrough[] = [];
  const writes: MaterializationRecord[] = [];
  let missing = false;
  for (const rule of flag.rules) {
    evaluation.rule.metUnknown = false;
    const step = stepOf(evaluation, flag, rule, missing);
    // A4: after something unknown, an error, a bad unit and an abandoned rule are provisional.
    const isEnd = step.kind === "stop" || step.kind === "abandoned";
    if (step.kind === "unknown" || (isEnd && evaluation.rule.metUnknown)) missing = true;
    if (step.kind === "stop" && !missing) return { resolution: stopped(flagKey, step.stop, fallthroughs, writes) };
    if (step.kind !== "assign") continue;
    if (step.write) addWrite(writes, step.write);
    if (step.assignment.outcome.case === "fallthrough") fallthroughs.push(fallthroughOf(rule, step));
    else return matched(flagKey, flag, rule, step, { fallthroughs, writes });
  }
  if (missing) return { resolution: pendingOn(flagKey, evaluation.reads) };
  return { resolution: ended(flagKey, "NO_SEGMENT_MATCH", { fallthroughs, writes }) };
}

/** Rulings, 12: MATCH with a listed variant; pending is unknown; what fails, is missing or leads back is false. */
function matchPrerequisite(
  evaluation: Evaluation,
  { flag: flagKey, variants }: PrerequisiteCriterion,
  path: readonly string[],
): Outcome {
  const flag = evaluation.state.flags.get(flagKey);
  if (flag === undefined || path.includes(flagKey)) return false;
  const { resolution, outcome } = answerOf(evaluation, flagKey, flag, path);
  for (const read of resolution.pending ?? []) recordRead(evaluation.reads, read);
  if (resolution.reason === "PENDING") {
    evaluation.rule.metUnknown = true;
    return "unknown";
  }
  return outcome === "variant" && variants.includes(resolution.variant);
}

/** A5: one write for a unit, a materialization and a rule; the first holds. */
function addWrite(writes: MaterializationRecord[], write: MaterializationRecord): void {
  const isTaken = writes.some(
    (earlier) =>
      earlier.unit === write.unit && earlier.materialization === write.materialization && earlier.rule === write.rule,
  );
  if (!isTaken) writes.push(write);
}

type Record = Pick<Resolution, "fallthroughs" | "writes">;

function fallthroughOf(rule: Rule, { assignment, unit }: AssignStep): Fallthrough {
  return { rule: rule.name, assignmentId: assignment.id, unit: unit ?? "", unitSelector: rule.unitSelector };
}

/** §4 step 12 and §3.1: a variant, the first of its name, or the client default. */
function matched(flagKey: string, flag: Flag, rule: Rule, step: AssignStep, record: Record): NaiveAnswer {
  const { assignment, by, unit = "" } = step;
  const match = {
    ...record,
    rule: rule.name,
    segment: rule.segment,
    assignmentId: assignment.id,
    unit,
    unitSelector: rule.unitSelector,
    shouldExpose: true,
  };
  if (assignment.outcome.case !== "variant") {
    return { resolution: ended(flagKey, "MATCH", match), outcome: "client default", by };
  }
  const name = assignment.outcome.value;
  const variant = flag.variants.find((candidate) => candidate.name === name);
  // §3.1: a degenerate state, in which neither rule nor segment has a name, has no value.
  const isNameless = rule.name === "" && rule.segment === "";
  const value = isNameless || variant === undefined ? undefined : variantValue(flag, variant);
  return { resolution: ended(flagKey, "MATCH", { ...match, variant: name, value }), outcome: "variant", by };
}

/** A flag that ends without an assignment; only a bad unit keeps what was recorded before it (§3.1; rulings, 2). */
function stopped(
  flagKey: string,
  stop: Stop,
  fallthroughs: readonly Fallthrough[],
  writes: readonly MaterializationRecord[],
): Resolution {
  switch (stop) {
    case "bad unit":
      return ended(flagKey, "TARGETING_KEY_ERROR", { errorCode: "INVALID_CONTEXT", fallthroughs, writes });
    case "not supported":
      return ended(flagKey, "MATERIALIZATION_NOT_SUPPORTED", { errorCode: "GENERAL" });
    case "invalid context":
      return ended(flagKey, "ERROR", { errorCode: "INVALID_CONTEXT" });
    case "unreadable":
      return ended(flagKey, "ERROR", { errorCode: "PARSE_ERROR" });
    case "broken":
      return ended(flagKey, "ERROR", { errorCode: "GENERAL" });
  }
}

/** A4: no fallthroughs, no writes, and the reads recorded so far. */
function pendingOn(flagKey: string, reads: Resolution["pending"] & {}): Resolution {
  return ended(flagKey, "PENDING", { pending: [...reads], errorCode: "PROVIDER_NOT_READY" });
}

/** A resolution of which most is empty; `shouldExpose` follows from the fallthroughs unless it is a match (§3.1). */
function ended(
  flagKey: string,
  reason: ResolutionReason,
  rest: Partial<Resolution> & { readonly errorCode?: ErrorCode } = {},
): Resolution {
  return {
    flagKey,
    variant: "",
    value: undefined,
    reason,
    shouldExpose: (rest.fallthroughs ?? []).length > 0,
    rule: "",
    segment: "",
    assignmentId: "",
    unit: "",
    unitSelector: "",
    fallthroughs: [],
    writes: [],
    ...rest,
  };
}
