/** Lint rule: splits of one flag that draw the same buckets of one line. @module */
import { BUCKET_COUNT, type BucketSpan, bucketsOfPercent, cutLine } from "../bucket-line.js";
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
  find: ({ flags }) => flags.flatMap(findIn),
};

function findIn({ source, file }: Placed<FlagFile>): Problem[] {
  const rules = file.rules ?? [];
  return rules.flatMap((rule, index) =>
    rules
      .slice(0, index)
      .filter((earlier) => drawsSameLine(file.key, earlier, rule))
      .flatMap((earlier) => overlapsOf(earlier, rule))
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
function drawsSameLine(flagKey: string, earlier: RuleFile, later: RuleFile): boolean {
  if (earlier.enabled === false || later.enabled === false) return false;
  if (earlier.serve !== undefined || later.serve !== undefined) return false;
  const saltOf = ({ salt, name }: RuleFile) => salt ?? `${flagKey}.${name}`;
  const isSameLine = saltOf(earlier) === saltOf(later) && (earlier.unit ?? "") === (later.unit ?? "");
  const environments = earlier.environments;
  const meets = environments === undefined || later.environments?.every((name) => environments.includes(name)) === true;
  return isSameLine && meets && isImplied(later.when, earlier.when);
}

interface Overlap {
  readonly earlier: RuleFile;
  readonly outcome: string;
  /** Buckets as written, and those that are left. */
  readonly written: number;
  readonly left: number;
}

function overlapsOf(earlier: RuleFile, later: RuleFile): Overlap[] {
  const taken = spansOf(earlier).filter(({ outcome }) => outcome !== FALLTHROUGH);
  if (!spansOf(earlier).some(({ outcome, span }) => outcome === FALLTHROUGH && span.upper > span.lower)) return [];
  return spansOf(later).flatMap(({ outcome, span }) => {
    const written = span.upper - span.lower;
    const lost = taken.reduce((sum, other) => sum + sharedBuckets(span, other.span), 0);
    return outcome === FALLTHROUGH || lost === 0 ? [] : [{ earlier, outcome, written, left: written - lost }];
  });
}

function spansOf(rule: RuleFile): { outcome: string; span: BucketSpan }[] {
  const shares = Object.entries(rule.weights ?? rule.split ?? {});
  const weights = shares.map(([, share]) => (rule.split === undefined ? share : (bucketsOfPercent(share) ?? 0)));
  const spans = cutLine(weights);
  return shares.flatMap(([outcome], index) => {
    const span = spans[index];
    return span === undefined ? [] : [{ outcome, span }];
  });
}

function sharedBuckets(a: BucketSpan, b: BucketSpan): number {
  return Math.max(0, Math.min(a.upper, b.upper) - Math.max(a.lower, b.lower));
}

function percentOf(buckets: number): string {
  return `${(buckets * 100) / BUCKET_COUNT} %`;
}
