/** Holds a contender to the flags before it is timed: who is targeted, in which shares, and always the same. @module */
import type { Session } from "./contender.js";
import type { BenchContext } from "./contexts.js";
import { COUNTRIES, NO_TEXT, RULE_COUNT, scoreOfRule, TEXTS, textOfRule } from "./logical-flag.js";

/** How far a share may be from what it should be: about four standard deviations of 900 draws. */
const SHARE_TOLERANCE = 0.07;

/** The answers on all contexts, as a text: equal for contenders that hash alike. */
export type Answers = string;

/**
 * Checks a boolean flag.
 *
 * @throws Error naming the first thing that is wrong.
 */
export async function checkBooleanFlag(
  session: Session<unknown>,
  key: string,
  contexts: readonly BenchContext[],
): Promise<Answers> {
  const answers: boolean[] = [];
  let targeted = 0;
  for (const context of contexts) {
    const isOn = await session.isOn(key, session.contextOf(context));
    expectSame(await session.isOn(key, session.contextOf(context)), isOn, `${key} asked twice`);
    const isTargeted = COUNTRIES.includes(context.country);
    if (isTargeted) targeted++;
    else expectSame(isOn, false, `${key} in ${context.country}`);
    answers.push(isOn);
  }
  expectShare(answers.filter(Boolean).length / targeted, 0.5, `${key}, share of true`);
  return answers.map(Number).join("");
}

/**
 * Checks a text flag: the split of its last rule, the values of the others, and each condition.
 *
 * @throws Error naming the first thing that is wrong.
 */
export async function checkTextFlag(
  session: Session<unknown>,
  key: string,
  contexts: readonly BenchContext[],
): Promise<Answers> {
  const answers: string[] = [];
  for (const context of contexts) {
    const text = await session.textOf(key, session.contextOf(context));
    expectSame(await session.textOf(key, session.contextOf(context)), text, `${key} asked twice`);
    answers.push(text);
  }
  for (const text of TEXTS) {
    expectShare(answers.filter((answer) => answer === text).length / contexts.length, 0.25, `${key}, share of ${text}`);
  }
  for (const { change, expected } of probes()) {
    const [first] = contexts;
    if (first === undefined) throw new Error("there are no contexts");
    const text = await session.textOf(key, session.contextOf({ ...first, ...change }));
    expectSame(text, expected, `${key} on ${JSON.stringify(change)}`);
  }
  return answers.join("");
}

/** Contexts that single rules are for, and contexts that fail by one condition. */
function probes(): { readonly change: Partial<BenchContext>; readonly expected: string }[] {
  const places = Array.from({ length: RULE_COUNT - 1 }, (_, place) => place);
  const lastScore = scoreOfRule(RULE_COUNT - 2);
  return [
    ...places.map((place) => ({ change: { score: scoreOfRule(place) }, expected: textOfRule(place) })),
    ...places.map((place) => ({ change: { score: scoreOfRule(place) + 99 }, expected: textOfRule(place) })),
    { change: { score: lastScore + 100 }, expected: NO_TEXT },
    { change: { score: -1 }, expected: NO_TEXT },
    { change: { score: lastScore, version: "1.7.99" }, expected: NO_TEXT },
    { change: { score: lastScore, version: "1.8.0" }, expected: textOfRule(RULE_COUNT - 2) },
    { change: { score: lastScore, version: "1.10.0" }, expected: textOfRule(RULE_COUNT - 2) },
    { change: { score: lastScore, group: "group-nobody" }, expected: NO_TEXT },
  ];
}

function expectSame(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) throw new Error(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}

function expectShare(actual: number, expected: number, what: string): void {
  if (Math.abs(actual - expected) <= SHARE_TOLERANCE) return;
  throw new Error(`${what}: ${actual.toFixed(3)} instead of about ${expected}`);
}
