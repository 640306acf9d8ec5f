/** Finds names that are written twice in one mapping. @module */
import { type Document, isMap, isPair, isScalar, isSeq } from "yaml";
import type { Problem, ProblemText } from "../problem.js";
import { problemBetween, type SourceFile } from "../source-file.js";

const TWICE: ProblemText = {
  message: "this name is written twice in one mapping",
  expected: "each name once",
  example: "on: true\noff: false",
};

/**
 * A problem for each name that its mapping has already.
 *
 * The parser could say so itself, but compares every name with every other: an allocation.lock of 10,000 flags took it half a
 * minute.
 */
export function repeatedNames(source: SourceFile, document: Document): Problem[] {
  const problems: Problem[] = [];
  const waiting: unknown[] = [document.contents];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (isPair(node)) waiting.push(node.key, node.value);
    if (!isMap(node) && !isSeq(node)) continue;
    if (isMap(node)) problems.push(...repeatedIn(source, node.items));
    for (const item of node.items) waiting.push(item);
  }
  return problems;
}

function repeatedIn(source: SourceFile, pairs: readonly { readonly key: unknown }[]): Problem[] {
  const seen = new Set<unknown>();
  return pairs.flatMap(({ key }) => {
    if (!isScalar(key) || key.range == null) return [];
    const isKnown = seen.has(key.value);
    seen.add(key.value);
    return isKnown ? [problemBetween(source, key.range[0], key.range[1], TWICE)] : [];
  });
}
