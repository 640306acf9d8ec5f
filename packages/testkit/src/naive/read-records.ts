/** Reading sticky records: sections 5.4, 7.1 and 7.2. @module */
import type { MaterializationRead, MaterializationRecord } from "@aplomb/core";
import type { Evaluation } from "./evaluation.js";
import type { Outcome } from "./outcome.js";
import { wellFormed } from "./utf8.js";

/** §5.4: whether any record, of whatever rule, says that the unit is in the materialization. */
export function readInclusion(evaluation: Evaluation, read: MaterializationRead): Outcome {
  const { materializations } = evaluation;
  if (materializations === undefined) return "not supported";
  if (materializations === "deferred") {
    recordRead(evaluation.reads, read);
    evaluation.rule.metUnknown = true;
    return "unknown";
  }
  return materializations.some((record) => isAbout(record, read));
}

/** §7.2: the first record of the unit, the materialization and the rule; undefined when there is none. */
export function readSticky(
  evaluation: Evaluation,
  read: MaterializationRead,
): MaterializationRecord | undefined | "unknown" | "not supported" {
  const { materializations } = evaluation;
  if (materializations === undefined) return "not supported";
  if (materializations === "deferred") {
    recordRead(evaluation.reads, read);
    evaluation.rule.metUnknown = true;
    return "unknown";
  }
  return materializations.find((record) => isAbout(record, read) && wellFormed(record.rule) === read.rule);
}

/** §7.1: reads are recorded once, in the order of first access. */
export function recordRead(reads: MaterializationRead[], read: MaterializationRead): void {
  const isRecorded = reads.some(
    (earlier) =>
      earlier.unit === read.unit && earlier.materialization === read.materialization && earlier.rule === read.rule,
  );
  if (!isRecorded) reads.push(read);
}

function isAbout(record: MaterializationRecord, read: MaterializationRead): boolean {
  return wellFormed(record.unit) === read.unit && wellFormed(record.materialization) === read.materialization;
}
