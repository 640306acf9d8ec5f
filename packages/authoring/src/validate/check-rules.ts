/** Judges the rules of a flag beyond what the schema can say. @module */
import { bucketsOfPercent } from "../bucket-line.js";
import {
  CLIENT_DEFAULT,
  FALLTHROUGH,
  type FlagFile,
  onlyOutcomeOf,
  outcomesOf,
  type RuleFile,
  variantsOf,
} from "../flag-file.js";
import type { Problem, ProblemText } from "../problem.js";
import { type Path, problemAt, type SourceFile } from "../source-file.js";
import { choiceOf } from "../suggestion.js";

/** Problems of a flag's rules: names, outcomes, percentages, and rules that nobody can reach. */
export function checkRules(source: SourceFile, flag: FlagFile): Problem[] {
  const rules = flag.rules ?? [];
  const problems = rules.flatMap((rule, index) => {
    const path: Path = ["rules", index];
    return [...checkOutcomes(source, path, flag, rule), ...checkShares(source, path, rule)];
  });
  return [...problems, ...checkNames(source, rules), ...checkReach(source, rules)];
}

function checkNames(source: SourceFile, rules: readonly RuleFile[]): Problem[] {
  return rules.flatMap(({ name }, index) => {
    const first = rules.findIndex((other) => other.name === name);
    if (first === index) return [];
    const text = {
      message: `two rules are called "${name}"; the first is rule ${first + 1}`,
      expected: "a name for each rule: exposures tell rules apart by it",
      example: `name: ${name}-2`,
    };
    return [problemAt(source, ["rules", index, "name"], "value", text)];
  });
}

function checkOutcomes(source: SourceFile, path: Path, flag: FlagFile, rule: RuleFile): Problem[] {
  const variants = Object.keys(variantsOf(flag));
  const known = [...variants, CLIENT_DEFAULT, FALLTHROUGH];
  const field = fieldOf(rule);
  return outcomesOf(rule).flatMap((outcome) => {
    if (known.includes(outcome)) return [];
    const text: ProblemText = {
      message: `the flag has no variant "${outcome}"`,
      expected: choiceOf(known, outcome),
      example: field === "serve" ? `serve: ${variants[0] ?? CLIENT_DEFAULT}` : "",
    };
    return [
      field === "serve"
        ? problemAt(source, [...path, "serve"], "value", text)
        : problemAt(source, [...path, field, outcome], "key", text),
    ];
  });
}

function fieldOf(rule: RuleFile): "serve" | "split" | "weights" {
  if (rule.serve !== undefined) return "serve";
  return rule.split === undefined ? "weights" : "split";
}

function checkShares(source: SourceFile, path: Path, rule: RuleFile): Problem[] {
  if (rule.weights !== undefined && Object.values(rule.weights).every((weight) => weight === 0)) {
    const text = {
      message: "every weight is 0",
      expected: "at least one weight above 0",
      example: "weights: { blue: 1, green: 1 }",
    };
    return [problemAt(source, [...path, "weights"], "value", text)];
  }
  if (rule.split === undefined) return [];
  const fine = Object.entries(rule.split).filter(([, percent]) => bucketsOfPercent(percent) === undefined);
  if (fine.length > 0) return fine.map(([outcome, percent]) => tooFine(source, [...path, "split", outcome], percent));
  // Ten-thousandths of a percent are whole numbers, so this sum is exact.
  const sum =
    Object.values(rule.split).reduce((total, percent) => total + (bucketsOfPercent(percent) ?? 0), 0) / 10_000;
  if (sum === 100) return [];
  const off = Math.round(Math.abs(sum - 100) * 10_000) / 10_000;
  const text = {
    message: `the percentages add up to ${sum}, which is ${off} too ${sum < 100 ? "few" : "many"}`,
    expected: "percentages that add up to 100; `fallthrough` can take the rest",
    example: "split: { on: 10, fallthrough: 90 }",
  };
  return [problemAt(source, [...path, "split"], "value", text)];
}

function tooFine(source: SourceFile, path: Path, percent: number): Problem {
  const text = {
    message: `${percent} is finer than a line of 1,000,000 buckets can be cut`,
    expected: "a percentage with at most four decimals",
    example: "33.3333",
  };
  return problemAt(source, path, "value", text);
}

/** A rule after one that decides for everybody in all its environments. */
function checkReach(source: SourceFile, rules: readonly RuleFile[]): Problem[] {
  return rules.flatMap((rule, index) => {
    const earlier = rules.slice(0, index).find((other) => decidesForAll(other) && coversEnvironments(other, rule));
    if (earlier === undefined || rule.enabled === false) return [];
    const text: ProblemText = {
      severity: "warning",
      message: `no context reaches the rule "${rule.name}": "${earlier.name}" above it decides for everybody`,
      expected: `this rule above "${earlier.name}", or a condition there`,
      example: "when: { attribute: country, equals: SE }",
    };
    return [problemAt(source, ["rules", index, "name"], "value", text)];
  });
}

function decidesForAll(rule: RuleFile): boolean {
  const outcome = onlyOutcomeOf(rule);
  return (
    rule.enabled !== false &&
    rule.when === undefined &&
    rule.unit === undefined &&
    [rule.starts, rule.ends, rule.slot, rule.holdout].every((limit) => limit === undefined) &&
    (rule.sticky ?? false) === false &&
    outcome !== undefined &&
    outcome !== FALLTHROUGH
  );
}

function coversEnvironments(earlier: RuleFile, later: RuleFile): boolean {
  if (earlier.environments === undefined) return true;
  return later.environments?.every((name) => earlier.environments?.includes(name)) ?? false;
}
