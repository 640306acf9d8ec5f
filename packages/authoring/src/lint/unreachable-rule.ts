/** Lint rule: a rule that no context reaches. @module */
import { FALLTHROUGH, type FlagFile, onlyOutcomeOf, outcomesOf, type RuleFile } from "../flag-file.js";
import type { Problem } from "../problem.js";
import { contradictionIn } from "./contradiction.js";
import { isImplied } from "./implied-condition.js";
import { type LintRule, type Placed, warningAt } from "./lint-subject.js";

/** Fields whose meaning for reach is known; a rule with any other may pass contexts on. */
const KNOWN_FIELDS: ReadonlySet<string> = new Set(
  "name description enabled environments when unit salt serve split weights".split(" "),
);

/**
 * A condition that cannot be true, or an earlier rule that has already decided for everybody whom this one is for.
 *
 * A rule after one without a condition that serves everybody is found by the build, and not again here.
 */
export const unreachableRule: LintRule = {
  name: "unreachable-rule",
  find: ({ flags }) => flags.flatMap(findIn),
};

function findIn({ source, file }: Placed<FlagFile>): Problem[] {
  const rules = file.rules ?? [];
  return rules.flatMap((rule, index) => {
    if (rule.enabled === false) return [];
    const contradiction = rule.when === undefined ? undefined : contradictionIn(rule.when);
    if (contradiction !== undefined) {
      const text = {
        message: `no context reaches the rule "${rule.name}": ${contradiction}`,
        expected:
          "a condition that can be true, or no such rule; if the attribute is a list, a test for each in a rule of its own",
      };
      return [warningAt(source, ["rules", index, "when"], "value", text)];
    }
    const earlier = rules.slice(0, index).find((other) => hasDecided(other, rule));
    if (earlier === undefined) return [];
    const text = {
      message: `no context reaches the rule "${rule.name}": "${earlier.name}" above it decides for all whom it is for`,
      expected: `this rule above "${earlier.name}", or a condition that lets more through`,
    };
    return [warningAt(source, ["rules", index, "name"], "value", text)];
  });
}

/** Whether an earlier rule decides for every context that a later one is for, in every environment. */
function hasDecided(earlier: RuleFile, later: RuleFile): boolean {
  if (earlier.enabled === false || !Object.keys(earlier).every((field) => KNOWN_FIELDS.has(field))) return false;
  const passesSomeOn = outcomesOf(earlier).some(
    (outcome) =>
      outcome === FALLTHROUGH && (earlier.serve ?? earlier.split?.[outcome] ?? earlier.weights?.[outcome]) !== 0,
  );
  if (passesSomeOn || isReportedByBuild(earlier)) return false;
  const environments = earlier.environments;
  const isCovered = environments === undefined || later.environments?.every((name) => environments.includes(name));
  return Boolean(isCovered) && isImplied(later.when, earlier.when) && coversUnits(earlier, later);
}

function isReportedByBuild(rule: RuleFile): boolean {
  return rule.when === undefined && unitNeededBy(rule) === undefined;
}

/** A context without the earlier rule's unit is passed on, unless the later rule needs the same unit. */
function coversUnits(earlier: RuleFile, later: RuleFile): boolean {
  const needed = unitNeededBy(earlier);
  return needed === undefined || needed === unitNeededBy(later);
}

/** The attribute that a rule cannot do without; undefined for a full rollout, which needs none. */
function unitNeededBy(rule: RuleFile): string | undefined {
  return rule.unit ?? (onlyOutcomeOf(rule) === undefined ? "targetingKey" : undefined);
}
