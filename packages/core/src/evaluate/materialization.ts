/** Looks up stored assignments: in what the caller supplied, or as lookups for the caller to make. @module */

import type { Run } from "../compiled-flag.js";
import type { MaterializationRead, MaterializationRecord } from "../details.js";
import { wellFormed } from "../utf8.js";
import { FALSE, TRUE, UNKNOWN, UNSUPPORTED, type Verdict } from "../verdict.js";

/** Whether the unit is in a materialization, under whatever rule. */
export function inMaterialization(run: Run, materialization: string): Verdict {
  const { unit, materializations } = run;
  if (materializations === undefined) return UNSUPPORTED;
  if (unit === undefined) return FALSE;
  const read = { unit: wellFormed(unit), materialization, rule: "" };
  if (materializations === "deferred") return needRead(run, read);
  return materializations.some((known) => isAbout(known, read)) ? TRUE : FALSE;
}

/**
 * The first stored assignment of a rule for the unit.
 *
 * @returns Undefined for none; "unknown" when it has to be looked up; "unsupported" when nothing can be.
 */
export function storedAssignment(
  run: Run,
  read: MaterializationRead,
): MaterializationRecord | undefined | "unknown" | "unsupported" {
  const { materializations } = run;
  if (materializations === undefined) return "unsupported";
  if (materializations === "deferred") {
    needRead(run, read);
    return "unknown";
  }
  return materializations.find((known) => isSameRead(known, read));
}

/** Adds an assignment to what is to be stored; false when another one is there under the same name already. */
export function addWrite(run: Run, write: MaterializationRecord): boolean {
  const known = run.writes.find((other) => isSameRead(other, write));
  if (known === undefined) run.writes = [...run.writes, write];
  return known === undefined || known.variant === write.variant;
}

function needRead(run: Run, read: MaterializationRead): Verdict {
  run.unknowns++;
  addRead(run, read);
  return UNKNOWN;
}

/** Adds a lookup to what is needed, once. */
export function addRead(run: Run, read: MaterializationRead): void {
  if (!run.reads.some((known) => isSameRead(known, read))) run.reads = [...run.reads, read];
}

/** @param known - From the caller, so that its texts may not be well-formed. */
function isSameRead(known: MaterializationRead, read: MaterializationRead): boolean {
  return isAbout(known, read) && wellFormed(known.rule) === read.rule;
}

function isAbout(known: MaterializationRead, read: MaterializationRead): boolean {
  return wellFormed(known.unit) === read.unit && wellFormed(known.materialization) === read.materialization;
}
