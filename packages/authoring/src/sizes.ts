/** How many buckets each outcome of a split and each slot of a group has. @module */
import { bucketsIn, type Line } from "./allocation.js";
import { bucketsOfPercent, cutLine } from "./bucket-line.js";
import type { RuleFile } from "./flag-file.js";

/** Buckets by name, in the order of the file. */
export type Sizes = Readonly<Record<string, number>>;

/** How many of 1,000,000 buckets each outcome of a rule that splits has. */
export function sizesOfRule(rule: RuleFile): Sizes {
  const shares = Object.entries(rule.split ?? rule.weights ?? {});
  const weights = shares.map(([, share]) => (rule.split === undefined ? share : (bucketsOfPercent(share) ?? 0)));
  const spans = cutLine(weights);
  return Object.fromEntries(shares.map(([outcome], index) => [outcome, widthOf(spans[index])]));
}

function widthOf(span: { readonly lower: number; readonly upper: number } | undefined): number {
  return span === undefined ? 0 : span.upper - span.lower;
}

/** A line on which each name has its buckets after those of the one before; names without any are left out. */
export function cutInOrder(sizes: Sizes): Line {
  let lower = 0;
  const spans = Object.entries(sizes).map(([name, size]): [string, number[]] => {
    lower += size;
    return [name, [lower - size, lower]];
  });
  return Object.fromEntries(spans.filter(([, bounds]) => bucketsIn(bounds) > 0));
}
