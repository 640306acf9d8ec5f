/** Conditions over the evaluation context, as flag and segment files write them. @module */

/** A literal of a test. */
export type Literal = string | number | boolean;

/** How texts of a test are read. Left out: by the type of the literal. */
export type LiteralReading = "version" | "timestamp";

/** A test of one attribute: one of the tests, or bounds. */
export interface AttributeCondition {
  /** Dots lead into objects. */
  readonly attribute: string;
  readonly as?: LiteralReading;
  readonly equals?: Literal;
  readonly in?: readonly Literal[];
  readonly startsWith?: string;
  readonly endsWith?: string;
  readonly contains?: string;
  readonly atLeast?: number | string;
  readonly above?: number | string;
  readonly atMost?: number | string;
  readonly below?: number | string;
}

/** Another flag, and the variants of it that are meant. */
export interface FlagCondition {
  readonly flag: string;
  readonly gives: string | readonly string[];
}

/** Who is meant. */
export type Condition =
  | AttributeCondition
  | FlagCondition
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly inSegment: string };

/** A condition and the steps that lead to it from where the walk began. */
export interface PlacedCondition {
  readonly condition: Condition;
  readonly path: readonly (string | number)[];
}

/** A condition and all those inside it, outermost first. */
export function* conditionsIn(
  condition: Condition,
  path: readonly (string | number)[] = [],
): Generator<PlacedCondition> {
  yield { condition, path };
  if ("not" in condition) yield* conditionsIn(condition.not, [...path, "not"]);
  if ("all" in condition) yield* conditionsInList(condition.all, [...path, "all"]);
  if ("any" in condition) yield* conditionsInList(condition.any, [...path, "any"]);
}

function* conditionsInList(
  conditions: readonly Condition[],
  path: readonly string[] | readonly (string | number)[],
): Generator<PlacedCondition> {
  for (const [index, condition] of conditions.entries()) yield* conditionsIn(condition, [...path, index]);
}

/** The variants that a condition on another flag means. */
export function variantsMeantBy({ gives }: FlagCondition): readonly string[] {
  return typeof gives === "string" ? [gives] : gives;
}

/** The keys of the segments that a condition names itself. */
export function segmentsNamedBy(condition: Condition | undefined): Set<string> {
  const named = new Set<string>();
  if (condition === undefined) return named;
  for (const placed of conditionsIn(condition)) {
    if ("inSegment" in placed.condition) named.add(placed.condition.inSegment);
  }
  return named;
}
