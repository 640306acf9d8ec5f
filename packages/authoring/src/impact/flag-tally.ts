/** Counts what becomes of one flag, context by context. @module */
import type { FlagImpact, Given, ImpactExample, Movement } from "./impact.js";

/** What one context gets of a flag before and after. */
export interface Pair {
  readonly from: Given;
  readonly to: Given;
  readonly ruleBefore: string;
  readonly ruleAfter: string;
  readonly isRebucketed: boolean;
  readonly isRevalued: boolean;
  readonly isUndecided: boolean;
  readonly example: ImpactExample;
}

/** The counts of one flag so far. */
export interface FlagTally {
  /**
   * Counts one context.
   *
   * @param why - Called for the first context of each way to change.
   * @returns Whether the context moves.
   */
  add(pair: Pair, why: () => string): boolean;
  /** The counts; undefined when there is nothing to report. */
  impact(): FlagImpact | undefined;
}

/** A tally of nothing yet. Its size depends on how many ways to change there are, not on how many contexts. */
export function createFlagTally(flag: string, change: FlagImpact["change"]): FlagTally {
  const sums = { moved: 0, rebucketed: 0, revalued: 0, undecided: 0 };
  const ways = new Map<string, Movement>();
  return {
    add(pair, why) {
      const { from, to, ruleBefore, ruleAfter, example } = pair;
      if (pair.isRebucketed) sums.rebucketed++;
      if (pair.isRevalued) sums.revalued++;
      if (pair.isUndecided) sums.undecided++;
      if (from === to || pair.isUndecided) return false;
      const isMove = change !== "added";
      if (isMove) sums.moved++;
      const identity = JSON.stringify([from, to, ruleBefore, ruleAfter]);
      const way = ways.get(identity) ?? {
        from,
        to,
        ruleBefore,
        ruleAfter,
        count: 0,
        rebucketed: 0,
        why: why(),
        example,
      };
      const rebucketed = way.rebucketed + (pair.isRebucketed ? 1 : 0);
      ways.set(identity, { ...way, count: way.count + 1, rebucketed });
      return isMove;
    },
    impact() {
      const isQuiet = change === "kept" && Object.values(sums).every((sum) => sum === 0);
      const movements = [...ways.values()].sort((a, b) => b.count - a.count || a.example.line - b.example.line);
      return isQuiet ? undefined : { flag, change, ...sums, movements };
    },
  };
}
