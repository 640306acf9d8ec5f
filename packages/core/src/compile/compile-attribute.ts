/** Compiles a condition on an attribute. @module */

import type { Matcher, Run } from "../compiled-flag.js";
import { type AttributePath, isWithinTextCap, listProblem, stepsOfText, tooLong } from "../context.js";
import { exhausted, fail, outOfSteps, readAttribute } from "../run.js";
import type { AttributeRule } from "../segment.js";
import { ABANDONED, FALSE, TRUE, type Verdict } from "../verdict.js";
import { convertTo } from "./convert.js";
import { type Condition, directMatcher } from "./direct-matcher.js";
import { elementTest, isUnderstood } from "./element-test.js";

/** To hash takes longer than to compare. */
const STEPS_OF_HASH = 4;

const abandon: Matcher = () => ABANDONED;

/** The condition; a list satisfies it with any element, or with all of them where the rule says so. */
export function compileAttribute(path: AttributePath, rule: AttributeRule): Matcher {
  const isOfElements = rule.case === "any" || rule.case === "all";
  const inner = isOfElements ? rule.value.rule?.rule : rule;
  if (inner === undefined) return abandon;
  const all = rule.case === "all";
  if (!isUnderstood(inner)) return isOfElements ? abandonForElements(path, all) : abandon;
  const condition: Condition = { path, rule: inner, all, test: undefined, matchAny };
  return directMatcher(condition) ?? ((run) => matchAny(run, condition, readAttribute(run, path)));
}

/** Converts an attribute of whatever type, and tests what that gives. */
function matchAny(run: Run, condition: Condition, value: unknown): Verdict {
  const { path, rule, all } = condition;
  const cost = rule.case === "hashedSet" ? STEPS_OF_HASH : 1;
  if (typeof value === "string") {
    if (exhausted(run, cost * stepsOfText(value))) return outOfSteps(run);
    if (!isWithinTextCap(value)) return unusable(run, path, tooLong);
  }
  if (Array.isArray(value)) {
    const problem = listProblem(value, (steps) => !exhausted(run, cost * steps));
    if (problem !== undefined) return unusable(run, path, problem);
    if (exhausted(run, 0)) return outOfSteps(run);
  }
  condition.test ??= elementTest(rule);
  const { convert, holds } = condition.test;
  const operand = convert(value);
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
    const operand = convert(readAttribute(run, path));
    if (!Array.isArray(operand) || operand.length > 0) return ABANDONED;
    return all ? TRUE : FALSE;
  };
}
