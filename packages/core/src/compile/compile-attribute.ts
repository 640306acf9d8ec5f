/** Compiles a condition on an attribute. @module */

import type { Matcher, Run } from "../compiled-flag.js";
import { type AttributePath, attributeAt, attributePath, isWithinTextCap, listProblem, tooLong } from "../context.js";
import { exhausted, fail, outOfSteps } from "../run.js";
import type { AttributeRule } from "../segment.js";
import { ABANDONED, FALSE, TRUE, type Verdict } from "../verdict.js";
import { convertTo } from "./convert.js";
import { type ElementTest, elementTest } from "./element-test.js";

const abandon: Matcher = () => ABANDONED;

/** The condition; a list satisfies it with any element, or with all of them where the rule says so. */
export function compileAttribute(pathText: string, rule: AttributeRule): Matcher {
  const path = attributePath(pathText);
  if (rule.case === undefined) return abandon;
  if (rule.case !== "any" && rule.case !== "all") return matcherOf(path, elementTest(rule), false);
  const inner = rule.value.rule?.rule;
  if (inner === undefined) return abandon;
  const test = elementTest(inner);
  const all = rule.case === "all";
  return test === "abandon" ? abandonForElements(path, all) : matcherOf(path, test, all);
}

function matcherOf(path: AttributePath, test: ElementTest | "abandon", all: boolean): Matcher {
  if (test === "abandon") return abandon;
  const { takes, holds } = test;
  return (run) => {
    const value = attributeAt(run.context, path, run.isPlain);
    if (typeof value === takes && takes === "number") return holds(value as number) ? TRUE : FALSE;
    if (typeof value === "string") {
      if (!isWithinTextCap(value)) return unusable(run, path, tooLong);
      if (takes === "string") return holds(value) ? TRUE : FALSE;
    }
    return matchConverted(run, path, value, test, all);
  };
}

/** Attributes of another type than the rule's literals, and lists. */
function matchConverted(
  run: Run,
  path: AttributePath,
  value: unknown,
  { convert, holds }: ElementTest,
  all: boolean,
): Verdict {
  if (Array.isArray(value)) {
    const problem = listProblem(value, (elements) => !exhausted(run, elements));
    if (problem !== undefined) return unusable(run, path, problem);
    if (exhausted(run, 0)) return outOfSteps(run);
  }
  const operand = convert(value, run);
  if (operand === undefined) return unusable(run, path, "is a text that is not a number, and it is compared with one");
  if (!Array.isArray(operand)) return holds(operand) ? TRUE : FALSE;
  return (all ? operand.every(holds) : operand.some(holds)) ? TRUE : FALSE;
}

function unusable(run: Run, path: AttributePath, problem: string): Verdict {
  return fail(run, "INVALID_CONTEXT", `attribute "${path.text}" ${problem}`);
}

/** An inner rule that nobody can evaluate: only an empty list has an answer. */
function abandonForElements(path: AttributePath, all: boolean): Matcher {
  const convert = convertTo("none");
  return (run) => {
    const operand = convert(attributeAt(run.context, path, run.isPlain), run);
    if (!Array.isArray(operand) || operand.length > 0) return ABANDONED;
    return all ? TRUE : FALSE;
  };
}
