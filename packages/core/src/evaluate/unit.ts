/** Finds the unit of a rule in the context. @module */
import { MAX_UNIT_BYTES } from "../bucket.js";
import type { Run } from "../compiled-flag.js";
import type { AttributePath } from "../context.js";
import { readAttribute } from "../run.js";
import { fitsUtf8 } from "../utf8.js";

/**
 * The unit at a path; rules in a row that look in one place look once.
 *
 * @returns The unit, undefined for none, or false for something that cannot be a unit.
 */
export function unitOf(run: Run, unitPath: AttributePath): string | undefined | false {
  if (run.unitPath !== unitPath) {
    const { context } = run;
    const isLent = unitPath.text === "targeting_key" && !("targeting_key" in context);
    run.unitRead = unitText(isLent ? context.targetingKey : readAttribute(run, unitPath));
    run.unitPath = unitPath;
  }
  return run.unitRead;
}

function unitText(value: unknown): string | undefined | false {
  switch (typeof value) {
    case "string":
      return fitsUtf8(value, MAX_UNIT_BYTES) ? value : false;
    case "number":
      return Number.isInteger(value) ? withinLimit(wholeNumberText(value)) : false;
    case "boolean":
      return false;
    case "object":
      return value === null ? undefined : objectUnit(value);
    default:
      return undefined;
  }
}

/** All digits of the exact value, without an exponent. */
function wholeNumberText(value: number): string {
  if (Number.isSafeInteger(value)) return Object.is(value, -0) ? "-0" : String(value);
  return BigInt(value).toString();
}

function withinLimit(text: string): string | false {
  return text.length <= MAX_UNIT_BYTES ? text : false;
}

/** A date is its text; lists and other objects are no units. */
function objectUnit(value: object): string | undefined | false {
  if (!(value instanceof Date)) return false;
  return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
}
