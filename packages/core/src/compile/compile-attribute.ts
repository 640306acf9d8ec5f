/** Compiles a condition on an attribute. @module */

import type { Matcher, Run } from "../compiled-flag.js";
import { attributeAt, MAX_ELEMENTS } from "../context.js";
import type { Operand } from "../operand.js";
import { exhausted, fail, outOfSteps } from "../run.js";
import type { AttributeRule } from "../segment.js";
import { ABANDONED, FALSE, TRUE, type Verdict } from "../verdict.js";
import { type Convert, convertTo } from "./convert.js";
import { type ElementTest, elementTest } from "./element-test.js";

const abandon: Matcher = () => ABANDONED;

/** The condition; a list satisfies it with any element, or with all of them where the rule says so. */
export function compileAttribute(path: string, rule: AttributeRule): Matcher {
  const steps = path.split(".");
  if (rule.case === undefined) return abandon;
  if (rule.case !== "any" && rule.case !== "all") return matcherOf(path, steps, elementTest(rule), false);
  const inner = rule.value.rule?.rule;
  if (inner === undefined) return abandon;
  const test = elementTest(inner);
  const all = rule.case === "all";
  return test === "abandon" ? abandonForElements(steps, all) : matcherOf(path, steps, test, all);
}

function matcherOf(path: string, steps: readonly string[], test: ElementTest | "abandon", all: boolean): Matcher {
  if (test === "abandon") return abandon;
  const { convert, test: holds } = test;
  return (run) => {
    if (exhausted(run, 1)) return outOfSteps(run);
    const value = attributeAt(run.context, steps);
    if (typeof value !== "object") {
      const operand = convert(value);
      if (operand === undefined) return inconvertible(run, path);
      return holds(operand) ? TRUE : FALSE;
    }
    return matchObject(run, path, value, convert, holds, all);
  };
}

/** Lists, and the objects that count as text or as absent. */
function matchObject(
  run: Run,
  path: string,
  value: object | null,
  convert: Convert,
  holds: (element: Operand) => boolean,
  all: boolean,
): Verdict {
  if (Array.isArray(value)) {
    if (value.length > MAX_ELEMENTS)
      return fail(run, "INVALID_CONTEXT", `attribute "${path}" has more than ${MAX_ELEMENTS} elements`);
    if (exhausted(run, value.length)) return outOfSteps(run);
  }
  const operand = convert(value);
  if (operand === undefined) return inconvertible(run, path);
  if (!Array.isArray(operand)) return holds(operand) ? TRUE : FALSE;
  return (all ? operand.every(holds) : operand.some(holds)) ? TRUE : FALSE;
}

function inconvertible(run: Run, path: string): Verdict {
  return fail(
    run,
    "INVALID_CONTEXT",
    `attribute "${path}" is a text that is not a number, and it is compared with one`,
  );
}

/** An inner rule that nobody can evaluate: only an empty list has an answer. */
function abandonForElements(steps: readonly string[], all: boolean): Matcher {
  const convert = convertTo("none");
  return (run) => {
    const operand = convert(attributeAt(run.context, steps));
    if (!Array.isArray(operand) || operand.length > 0) return ABANDONED;
    return all ? TRUE : FALSE;
  };
}
