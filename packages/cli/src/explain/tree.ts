/** Trees as text, drawn with lines. @module */

/** A line, and what hangs below it. */
export interface Tree {
  readonly text: string;
  readonly children?: readonly Tree[];
}

/** The lines of trees that stand below one another. `quiet` paints the drawn lines. */
export function drawTrees(trees: readonly Tree[], quiet: (text: string) => string, indent = ""): string[] {
  return trees.flatMap(({ text, children = [] }, i) => {
    const isLast = i === trees.length - 1;
    const below = drawTrees(children, quiet, `${indent}${isLast ? "   " : "│  "}`);
    return [`${quiet(`${indent}${isLast ? "└─" : "├─"}`)} ${text}`, ...below];
  });
}
