/** Draws a tree of sentences as nested lists, each with how it was answered. @module */
import { html } from "./element.js";

/** @import { AnswerTree } from "../report/answer-tree.js" */

/** @type {Record<NonNullable<AnswerTree["answer"]>, readonly [string, string]>} */
const marks = {
  true: ["✓", "yes"],
  false: ["✗", "no"],
  unknown: ["?", "not known"],
  abandoned: ["?", "cannot be told, and the rule is abandoned"],
  unsupported: ["?", "stored assignments were not given"],
  error: ["!", "an error"],
  "not reached": ["–", "not reached"],
};

/**
 * A list with one item for each tree.
 *
 * @param {readonly AnswerTree[]} trees
 * @returns {HTMLUListElement}
 */
export function drawTrees(trees) {
  return html("ul", { class: "tree" }, ...trees.map(drawTree));
}

/** @param {AnswerTree} tree */
function drawTree({ text, answer, value, children = [] }) {
  const [mark, word] = answer ? marks[answer] : ["", ""];
  return html(
    "li",
    { "data-answer": answer },
    answer && html("span", { class: "mark", "aria-hidden": "true" }, mark),
    answer && html("span", { class: "unseen" }, `${word}: `),
    html("span", { class: "said" }, text),
    value !== undefined &&
      html("span", { class: "given" }, html("span", { class: "unseen" }, ", the context has "), value),
    children.length > 0 && drawTrees(children),
  );
}
