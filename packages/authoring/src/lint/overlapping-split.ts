/** Lint rule: splits of one flag that draw the same buckets of one line. @module */
import { type Allocation, boundsIn, bucketsIn, type Line, lineIn, lineKeyOf, spansOf } from "../allocation.js";
import { type BucketSpan, percentOf } from "../bucket-line.js";
import { drawnByRule } from "../drawn-by.js";
import { FALLTHROUGH, type FlagFile, type RuleFile } from "../flag-file.js";
import type { Problem } from "../problem.js";
import { isImplied } from "./implied-condition.js";
import { type LintRule, type Placed, warningAt } from "./lint-subject.js";

/**
 * A later rule with the salt and unit of an earlier one sees only units that the earlier one passed on: buckets that both
 * give away are the earlier one's, and the later one's shares are not what is written.
 */
export const overlappingSplit: LintRule = {
  name: "overlapping-split",
  find: ({ flags, lock }) => flags.flatMap((placed) => findIn(placed, lock.after)),
};

function findIn({ source, file }: Placed<FlagFile>, { rules: lines }: Allocation): Problem[] {
  const rules = file.rules ?? [];
  const lineOf = (rule: RuleFile): Line => lineIn(lines, lineKeyOf(file, rule)) ?? {};
  return rules.flatMap((rule, index) =>
    rules
      .slice(0, index)
      .filter((earlier) => drawsSameLine(file, earlier, rule))
      .flatMap((earlier) => overlapsOf(lineOf(earlier), lineOf(rule)).map((overlap) => ({ earlier, ...overlap })))
      .map(({ earlier, outcome, written, left }) => {
        const text = {
          message: `"${outcome}" is to get ${percentOf(written)} and gets ${percentOf(left)}: the rule "${earlier.name}" above it, with the same salt and unit, gives the other buckets away`,
          expected:
            "another salt, so that the two rules draw independently; or shares that lie beside each other on one line",
          example: `salt: ${file.key}.${rule.name}`,
        };
        const field = rule.split === undefined ? "weights" : "split";
        return warningAt(source, ["rules", index, field, outcome], "key", text);
      }),
  );
}

/** Both are splits of one line, and whoever reaches the later rule went through the earlier one. */
function drawsSameLine(flag: FlagFile, earlier: RuleFile, later: RuleFile): boolean {
  if (earlier.enabled === false || later.enabled === false) return false;
  if (earlier.serve !== undefined || later.serve !== undefined) return false;
  const [above, below] = [drawnByRule(flag, earlier), drawnByRule(flag, later)];
  if (above.salt !== below.salt || above.unit !== below.unit || !letsAllIn(earlier, later)) return false;
  const environments = earlier.environments;
  const meets = environments === undefined || later.environments?.every((name) => environments.includes(name)) === true;
  return meets && isImplied(later.when, earlier.when);
}

/** Fields that keep units or times away from a rule. */
const LIMITS = ["starts", "ends", "slot", "holdout"] as const;

/** Whether the earlier rule keeps nobody away whom the later one does not keep away, too. */
function letsAllIn(earlier: RuleFile, later: RuleFile): boolean {
  return LIMITS.every((field) => earlier[field] === undefined || earlier[field] === later[field]);
}

interface Overlap {
  readonly outcome: string;
  /** Buckets as written, and those that are left. */
  readonly written: number;
  readonly left: number;
}

function overlapsOf(earlier: Line, later: Line): Overlap[] {
  if (boundsIn(earlier, FALLTHROUGH).length === 0) return [];
  const taken = Object.entries(earlier).flatMap(([outcome, bounds]) =>
    outcome === FALLTHROUGH ? [] : spansOf(bounds),
  );
  return Object.entries(later).flatMap(([outcome, bounds]) => {
    const lost = spansOf(bounds).reduce(
      (sum, span) => sum + taken.reduce((all, other) => all + sharedBuckets(span, other), 0),
      0,
    );
    const written = bucketsIn(bounds);
    return outcome === FALLTHROUGH || lost === 0 ? [] : [{ outcome, written, left: written - lost }];
  });
}

function sharedBuckets(a: BucketSpan, b: BucketSpan): number {
  return Math.max(0, Math.min(a.upper, b.upper) - Math.max(a.lower, b.lower));
}
