/** Finds what a parser lets pass and nobody can mean: names written twice, aliases of nothing, halves of characters. @module */
import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node } from "yaml";
import type { Problem, ProblemText } from "../problem.js";
import { problemBetween, type SourceFile } from "../source-file.js";

/** Problems of names and values, each in its place. */
export function nodeProblems(source: SourceFile, document: Document): Problem[] {
  const anchors = new Set<string>();
  return nodesIn(document).flatMap((node) => {
    if (isAlias(node)) return anchors.has(node.source) ? [] : problemOf(source, node, NO_ANCHOR);
    if (node.anchor !== undefined) anchors.add(node.anchor);
    if (isScalar(node) && typeof node.value === "string" && /\p{Surrogate}/u.test(node.value))
      return problemOf(source, node, HALF_CHARACTER);
    return isMap(node) ? repeatedNames(source, node.items) : [];
  });
}

/** All names and values in the order of the file; without recursion, so that deep ones are only deep. */
function nodesIn(document: Document): Node[] {
  const nodes: Node[] = [];
  const waiting: unknown[] = [document.contents];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (isPair(next)) waiting.push(next.value, next.key);
    if (isScalar(next) || isAlias(next)) nodes.push(next);
    if (!isMap(next) && !isSeq(next)) continue;
    nodes.push(next);
    for (let index = next.items.length - 1; index >= 0; index--) waiting.push(next.items[index]);
  }
  return nodes;
}

/**
 * The parser could say so itself, but compares every name with every other: an allocation.lock of 10,000 flags took it half a
 * minute.
 */
function repeatedNames(source: SourceFile, pairs: readonly { readonly key: unknown }[]): Problem[] {
  const seen = new Set<unknown>();
  return pairs.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    const isKnown = seen.has(key.value);
    seen.add(key.value);
    return isKnown ? problemOf(source, key, TWICE) : [];
  });
}

function problemOf(source: SourceFile, { range }: Pick<Node, "range">, text: ProblemText): Problem[] {
  return range == null ? [] : [problemBetween(source, range[0], range[1], text)];
}

const TWICE: ProblemText = {
  message: "this name is written twice in one mapping",
  expected: "each name once",
  example: "on: true\noff: false",
};

const NO_ANCHOR: ProblemText = {
  message: "this alias has no anchor above it",
  expected: "values written out, or anchors (&name) that stand before their aliases (*name)",
  example: "country: SE",
};

const HALF_CHARACTER: ProblemText = {
  message: "this text has one half of a character in it, which stands for nothing",
  expected: "both halves, or the character as it is",
  example: '"\\ud83d\\ude80"',
};
