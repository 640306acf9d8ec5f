/** The flags that everybody evaluates, in no one's format. @module */

/** A condition on an attribute. A rule needs all of its conditions. */
export type LogicalCondition =
  | { readonly attribute: string; readonly kind: "oneOf"; readonly values: readonly string[] }
  | { readonly attribute: string; readonly kind: "versionFrom"; readonly version: string }
  /** From included, below excluded. */
  | { readonly attribute: string; readonly kind: "numberIn"; readonly from: number; readonly below: number };

/** A rule: the first one whose conditions hold cuts its units into shares. */
export interface LogicalRule {
  /** Unique among all flags; the salt, where a format has one. */
  readonly name: string;
  readonly conditions: readonly LogicalCondition[];
  /** Variants and their share in percent, adding up to 100. One variant is a full rollout. */
  readonly shares: readonly (readonly [variant: string, percent: number])[];
}

/** A flag. Without a matching rule a boolean one is false, a text one "none". */
export interface LogicalFlag {
  readonly key: string;
  /** A boolean flag's variants are "true" and "false"; a text one's variants are its values. */
  readonly type: "boolean" | "text";
  readonly rules: readonly LogicalRule[];
}

/** What a text flag gives when no rule matches. */
export const NO_TEXT = "none";
/** The values of text flags. */
export const TEXTS: readonly string[] = ["a", "b", "c", "d"];
/** The countries that boolean flags are about. */
export const COUNTRIES: readonly string[] = ["SE", "NO", "DK"];
/** How many groups there are. */
export const GROUP_COUNT = 10;
/** Rules of a text flag. */
export const RULE_COUNT = 10;

/** W1: one rule, three countries, then a 50/50 split. */
export function booleanFlag(key: string): LogicalFlag {
  const conditions: LogicalCondition[] = [{ attribute: "country", kind: "oneOf", values: COUNTRIES }];
  const shares = [
    ["true", 50],
    ["false", 50],
  ] as const;
  return { key, type: "boolean", rules: [{ name: `${key}-split`, conditions, shares }] };
}

/**
 * W2: ten rules of three conditions each, a list of 20 texts, a version, a range of numbers.
 *
 * For the contexts of the benchmark all conditions of the last rule hold, and of the others all but the range.
 */
export function textFlag(key: string): LogicalFlag {
  const rules = Array.from({ length: RULE_COUNT }, (_, place): LogicalRule => {
    const isLast = place === RULE_COUNT - 1;
    const from = isLast ? 0 : scoreOfRule(place);
    return {
      name: `${key}-rule-${place}`,
      conditions: [
        { attribute: "group", kind: "oneOf", values: groupsOfRule(place) },
        { attribute: "version", kind: "versionFrom", version: `1.${place}.0` },
        { attribute: "score", kind: "numberIn", from, below: isLast ? 1_000 : from + 100 },
      ],
      shares: isLast ? TEXTS.map((text) => [text, 25] as const) : [[textOfRule(place), 100]],
    };
  });
  return { key, type: "text", rules };
}

/** The value that a rule before the last gives. */
export function textOfRule(place: number): string {
  return TEXTS[place % TEXTS.length] ?? NO_TEXT;
}

/** The lowest score that a rule before the last is for; higher than any context's. */
export function scoreOfRule(place: number): number {
  return 1_000 + place * 100;
}

/** All groups there are, and as many that nobody is in, by turns. */
function groupsOfRule(place: number): string[] {
  return Array.from({ length: GROUP_COUNT }, (_, group) => [`other-${place}-${group}`, `group-${group}`]).flat();
}

/** Flags for W3 and W4: four boolean flags to one text flag. */
export function mixedFlags(count: number): LogicalFlag[] {
  return Array.from({ length: count }, (_, place) =>
    place % 5 === 4 ? textFlag(`flag-${place}`) : booleanFlag(`flag-${place}`),
  );
}
