/** Compiles a rule, and the segment that its condition stands for. @module */
import {
  type Assignment,
  AssignmentSchema,
  type Rule,
  RuleSchema,
  type Segment,
  SegmentSchema,
} from "@aplomb/proto/bundle";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { BUCKET_COUNT, type BucketSpan, bucketsOfPercent, cutLine } from "../bucket-line.js";
import type { Condition } from "../condition.js";
import { CLIENT_DEFAULT, FALLTHROUGH, type Outcome, type RuleFile } from "../flag-file.js";
import { EVERYBODY } from "../segment-file.js";
import { compileCondition } from "./compile-condition.js";

/** A rule, and the segment it needs beside the shared ones. */
export interface CompiledRule {
  readonly rule: Rule;
  /** Absent when the rule names a shared segment. */
  readonly segment?: { readonly id: string; readonly segment: Segment };
}

/**
 * Compiles one rule of a flag.
 *
 * A condition that is one shared segment and nothing else becomes a reference to it, no condition a reference to
 * everybody, any other condition a segment of its own, `<flag>/<rule>`, which no shared segment can be called.
 */
export function compileRule(flagKey: string, file: RuleFile): CompiledRule {
  const own =
    file.when !== undefined && !("inSegment" in file.when) ? ownSegment(flagKey, file.name, file.when) : undefined;
  const rule = create(RuleSchema, {
    name: file.name,
    segment: own?.id ?? sharedSegment(file.when),
    // Blank is the targeting key, under whichever of its two names the context has it.
    unitSelector: file.unit === "targetingKey" ? "" : (file.unit ?? ""),
    enabled: true,
    salt: file.salt ?? `${flagKey}.${file.name}`,
    split: { bucketCount: BUCKET_COUNT, assignments: assignmentsOf(file) },
    description: file.description ?? "",
  });
  return own === undefined ? { rule } : { rule, segment: own };
}

function sharedSegment(condition: Condition | undefined): string {
  return condition !== undefined && "inSegment" in condition ? condition.inSegment : EVERYBODY;
}

function ownSegment(flagKey: string, ruleName: string, condition: Condition): { id: string; segment: Segment } {
  return { id: `${flagKey}/${ruleName}`, segment: create(SegmentSchema, { targeting: compileCondition(condition) }) };
}

/** One assignment for each outcome that gets any bucket: alone, it is a full rollout, which needs no unit. */
function assignmentsOf(file: RuleFile): Assignment[] {
  const shares = Object.entries(file.weights ?? file.split ?? { [file.serve ?? ""]: 1 });
  const weights = shares.map(([, share]) => (file.split === undefined ? share : (bucketsOfPercent(share) ?? 0)));
  const spans = cutLine(weights);
  return shares.flatMap(([outcome], index) => {
    const span = spans[index];
    return span === undefined || span.lower === span.upper ? [] : [assignmentOf(outcome, span)];
  });
}

function assignmentOf(name: Outcome, { lower, upper }: BucketSpan): Assignment {
  return create(AssignmentSchema, { id: name, outcome: outcomeOf(name), ranges: [{ lower, upper }] });
}

function outcomeOf(name: Outcome): NonNullable<MessageInitShape<typeof AssignmentSchema>["outcome"]> {
  if (name === CLIENT_DEFAULT) return { case: "clientDefault", value: {} };
  return name === FALLTHROUGH ? { case: "fallthrough", value: {} } : { case: "variant", value: name };
}
