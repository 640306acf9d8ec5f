/** Matches segments that refer to each other: cycles are false, chains of any length fit on the call stack. @module */

import { bodyOf, type CompiledSegment, type Run, type SegmentBody, type SegmentWalk } from "../compiled-flag.js";
import { exhausted, outOfSteps } from "../run.js";
import { FAILED, FALSE, TOO_DEEP, type Verdict } from "../verdict.js";

/** References followed on the call stack; beyond it, the path is kept in memory. */
const MAX_NESTING = 64;

/** Matches a rule's own segment, which refers to others: targeting, then allocation. */
export function matchRuleSegment(run: Run, segment: CompiledSegment): Verdict {
  return matchFrom(run, (walk) => enter(run, walk, segment));
}

/** Matches the targeting of a rule's own segment alone, on a path of its own. */
export function matchRuleTargeting(run: Run, { refersToSegments, matchTargeting }: SegmentBody): Verdict {
  return refersToSegments ? matchFrom(run, () => matchTargeting(run)) : matchTargeting(run);
}

/** A segment that waits to be evaluated, or the question that all of them are evaluated for. */
interface Waiting {
  readonly path: readonly CompiledSegment[];
  /** Undefined for the first question. */
  readonly segment: CompiledSegment | undefined;
  readonly ask: (walk: SegmentWalk) => Verdict;
}

/**
 * Asks a question that leads through segments.
 *
 * Where references go deeper than the call stack should, the segment down there is evaluated first, with the path that
 * led to it, and the one above again: conditions have no effects, so the second time meets the same questions.
 */
function matchFrom(run: Run, ask: (walk: SegmentWalk) => Verdict): Verdict {
  const walk = walkOf(run);
  const waiting: Waiting[] = [{ path: [], segment: undefined, ask }];
  for (let next = waiting.at(-1); next !== undefined; next = waiting.at(-1)) {
    walk.path = new Set(next.path);
    walk.nesting = 0;
    const cyclesBefore = walk.cycles;
    const verdict = next.ask(walk);
    if (verdict === TOO_DEEP && walk.tooDeep !== undefined) {
      const { segment, path } = walk.tooDeep;
      waiting.push({ segment, path, ask: () => enter(run, walk, segment) });
      continue;
    }
    waiting.pop();
    if (next.segment === undefined || verdict === FAILED) return verdict;
    const cycles = walk.cycles - cyclesBefore;
    if (cycles > 0) walk.deep.set(placeOf(next.path, next.segment), { verdict, cycles });
  }
  return FALSE;
}

/** Matches a segment that a criterion refers to. */
export function matchReferredSegment(run: Run, segment: CompiledSegment): Verdict {
  const walk = walkOf(run);
  if (walk.path.has(segment)) {
    walk.cycles++;
    return FALSE;
  }
  const known = walk.known.get(segment);
  if (known !== undefined) return known;
  if (walk.nesting < MAX_NESTING) return enter(run, walk, segment);
  const path = [...walk.path];
  const deep = walk.deep.size > 0 ? walk.deep.get(placeOf(path, segment)) : undefined;
  if (deep === undefined) {
    walk.tooDeep = { segment, path };
    return TOO_DEEP;
  }
  walk.cycles += deep.cycles;
  return deep.verdict;
}

function enter(run: Run, walk: SegmentWalk, segment: CompiledSegment): Verdict {
  if (exhausted(run, 1)) return outOfSteps(run);
  const cyclesBefore = walk.cycles;
  walk.path.add(segment);
  walk.nesting++;
  const verdict = bodyOf(segment).match(run);
  walk.nesting--;
  walk.path.delete(segment);
  if (verdict < FAILED && walk.cycles === cyclesBefore) walk.known.set(segment, verdict);
  return verdict;
}

/** The walk, with what is known of the unit at hand only. */
function walkOf(run: Run): SegmentWalk {
  const { unit } = run;
  run.walk ??= {
    ...{ path: new Set(), nesting: 0, cycles: 0 },
    ...{ known: new Map(), knownUnit: unit, deep: new Map(), tooDeep: undefined },
  };
  if (run.walk.knownUnit !== unit) {
    run.walk.known.clear();
    run.walk.deep.clear();
    run.walk.knownUnit = unit;
  }
  return run.walk;
}

function placeOf(path: readonly CompiledSegment[], segment: CompiledSegment): string {
  return JSON.stringify([...path.map(({ id }) => id), segment.id]);
}
