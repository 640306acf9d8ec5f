/** Evaluates another flag for a criterion that needs its outcome. It never exposes that flag and stores nothing. @module */
import type { CompiledFlag, PrerequisiteWalk, Run } from "../compiled-flag.js";
import { createRun, exhausted, fail, outOfSteps } from "../run.js";
import { FALSE, TRUE, UNKNOWN, type Verdict } from "../verdict.js";
import { addRead } from "./materialization.js";
import { resolveFlag } from "./resolve-flag.js";

/** Flags that may wait for one another. */
const MAX_WAITING = 32;

/** Whether another flag gives one of some variants. A flag that the bundle lacks, or that waits for itself, does not. */
export function gives(run: Run, flag: CompiledFlag | undefined, variants: readonly string[]): Verdict {
  if (flag === undefined) return FALSE;
  if (exhausted(run, 1)) return outOfSteps(run);
  run.prerequisites ??= { path: new Set([run.flagKey]), cycles: 0, known: new Map() };
  const walk = run.prerequisites;
  if (walk.path.has(flag.key)) {
    walk.cycles++;
    return FALSE;
  }
  if (walk.path.size >= MAX_WAITING) return fail(run, "GENERAL", `more than ${MAX_WAITING} flags wait for one another`);
  return verdictOf(run, walk.known.get(flag) ?? resolveOther(run, walk, flag), variants);
}

/** Resolves the other flag on the same context, out of the same budget. */
function resolveOther(run: Run, walk: PrerequisiteWalk, flag: CompiledFlag): Run {
  const other = createRun(run.criteria);
  other.context = run.context;
  other.materializations = run.materializations;
  other.prerequisites = walk;
  other.steps = run.steps;
  const cyclesBefore = walk.cycles;
  walk.path.add(flag.key);
  resolveFlag(other, flag);
  walk.path.delete(flag.key);
  run.steps = other.steps;
  if (walk.cycles === cyclesBefore) walk.known.set(flag, other);
  return other;
}

function verdictOf(run: Run, other: Run, variants: readonly string[]): Verdict {
  if (other.reason === "PENDING") {
    run.unknowns++;
    for (const read of other.reads) addRead(run, read);
    return UNKNOWN;
  }
  const given = other.reason === "MATCH" ? other.assignment?.variant : undefined;
  return given !== undefined && variants.includes(given.name) ? TRUE : FALSE;
}
