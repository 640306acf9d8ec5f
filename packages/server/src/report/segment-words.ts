/** The words that segments have in common, whether they are described or explained. @module */
import type { AnswerTree } from "./answer-tree.js";
import { listWords, quotedText } from "./value-words.js";

/** How operands combine. */
export const combinationWords = { and: "all of these", or: "any of these", not: "not this" } as const;

/** Criteria other than attributes. */
export const criterionWords = {
  segment: (id: string): string => `in segment ${quotedText(id)}`,
  materialization: (name: string): string => `stored in ${quotedText(name)}`,
  prerequisite: (flag: string, variants: readonly string[]): string =>
    `flag ${quotedText(flag)} gives one of ${listWords(variants, quotedText)}`,
  nothing: "a condition that says nothing",
} as const;

/** The line of an allocation. */
export function allocationTree(salt: string | undefined, bucket?: number): AnswerTree {
  const place = bucket === undefined ? "" : `, bucket ${bucket} of 1000000`;
  return { text: `drawn${salt === undefined ? "" : ` by salt ${quotedText(salt)}`}${place}` };
}
