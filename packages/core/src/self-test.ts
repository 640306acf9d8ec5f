/** Tries every flag of a bundle before anybody depends on it. @module */

import { readSegment } from "./bundle/read-entry.js";
import type { CompiledFlag, Run } from "./compiled-flag.js";
import type { EvaluationContext } from "./context.js";
import { FlagError, isFlagError } from "./errors.js";
import { resolveFlag } from "./evaluate/resolve-flag.js";
import type { FlagSet, OpenFlagSet } from "./flag-set.js";
import type { Operand } from "./operand.js";
import { createRun, releaseRun, resetRun } from "./run.js";
import type { AttributeRule, ElementRule } from "./segment.js";

/** Attributes of the synthetic context; far below what a context may have. */
const MAX_ATTRIBUTES = 500;
const MAX_DEPTH = 32;
const EMPTY: EvaluationContext = {};

/**
 * Decodes, compiles and evaluates every flag, on an empty context and on one made from the bundle's own conditions.
 *
 * Made of small steps, so that a host can rest between them: nothing happens until the next one is asked for. A flag or
 * segment that cannot be read is no failure: it is set aside, with a diagnostic in the flag set.
 *
 * @throws FlagError SELF_TEST, naming the flag, when evaluation throws: then it is the evaluator that cannot take this bundle.
 * @example for (const _ of selfTest(flagSet)) if (isTired()) await rest();
 */
export function* selfTest(flagSet: FlagSet): Generator<void, void, void> {
  const open = flagSet as OpenFlagSet;
  const context = yield* syntheticContext(open);
  const run = createRun(open.spareRun.criteria);
  for (const key of flagSet.flagKeys) {
    try {
      const flag = open.flagNamed(key);
      if (flag !== undefined) evaluateOn(run, flag, EMPTY);
      if (flag !== undefined) evaluateOn(run, flag, context);
    } catch (cause) {
      throw failureOf(key, cause);
    }
    yield;
  }
}

function failureOf(key: string, cause: unknown): FlagError {
  return new FlagError("SELF_TEST", `flag "${key}" cannot be evaluated: ${String(cause)}`, { cause });
}

/** Evaluates without the net that callers have: what throws here must be seen. */
function evaluateOn(run: Run, flag: CompiledFlag, context: EvaluationContext): void {
  resetRun(run, context);
  resolveFlag(run, flag);
  releaseRun(run);
}

/** A context that has what conditions look at, of the type they compare it with. */
function* syntheticContext({ segmentEntries, limits }: OpenFlagSet): Generator<void, EvaluationContext, void> {
  const context: Record<string, unknown> = Object.create(null);
  context.targetingKey = "aplomb-self-test";
  context.$nowMs = 0;
  let attributes = 0;
  for (const id of segmentEntries.keys()) {
    if (attributes >= MAX_ATTRIBUTES) break;
    for (const { kind } of criteriaOf(segmentEntries.get(id), limits)) {
      if (kind.case !== "attribute" || attributes++ >= MAX_ATTRIBUTES) continue;
      plant(context, kind.value.path.split("."), valueFor(kind.value.rule));
    }
    yield;
  }
  return context;
}

type Criteria = NonNullable<ReturnType<typeof readSegment>["targeting"]>["criteria"];

/** A segment that cannot be read has none. */
function criteriaOf(entry: Uint8Array | undefined, limits: OpenFlagSet["limits"]): Criteria {
  try {
    return (entry && readSegment(entry, limits).targeting?.criteria) ?? [];
  } catch (error) {
    if (isFlagError(error)) return [];
    throw error;
  }
}

/** A value that the condition can compare with what it has. */
function valueFor(rule: AttributeRule | ElementRule): unknown {
  switch (rule.case) {
    case "eq":
      return plainOf(rule.value.value);
    case "set":
      return plainOf(rule.value.values[0]);
    case "range":
      return plainOf(rule.value.start.value ?? rule.value.end.value);
    case "any":
    case "all":
      return rule.value.rule && [valueFor(rule.value.rule.rule)];
    case "startsWith":
    case "endsWith":
    case "contains":
      return rule.value;
    default:
      return undefined;
  }
}

/** A literal as contexts have it. */
function plainOf(literal: Operand | undefined): unknown {
  if (typeof literal !== "object" || literal === null) return literal;
  if (!("kind" in literal)) return literal.map(plainOf);
  return literal.kind === "moment" ? new Date(literal.seconds * 1_000).toJSON() : "1.2.3";
}

/** Sets an attribute, unless another condition has set it or something on its path. */
function plant(context: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at: unknown = context;
  for (const [depth, step] of path.slice(0, MAX_DEPTH).entries()) {
    if (typeof at !== "object" || at === null || Array.isArray(at)) return;
    const fields = at as Record<string, unknown>;
    fields[step] ??= depth < path.length - 1 ? Object.create(null) : (value ?? "aplomb");
    at = fields[step];
  }
}
