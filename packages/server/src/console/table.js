/** Tables with a caption and headed columns. @module */
import { html } from "./element.js";

/** @import { Child } from "./element.js" */

/** @typedef {{ title: string, isNumber?: boolean, isOptional?: boolean }} Column - Optional ones are left out on narrow screens. */

/**
 * A table; the first cell of each row heads it.
 *
 * @param {string} caption
 * @param {readonly Column[]} columns
 * @param {readonly (readonly Child[])[]} rows
 */
export function createTable(caption, columns, rows) {
  /** @param {Column | undefined} column */
  const classes = (column) =>
    [column?.isNumber && "number", column?.isOptional && "optional"].filter(Boolean).join(" ");
  return html(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    html(
      "table",
      { class: "facts-table" },
      html("caption", {}, caption),
      html(
        "thead",
        {},
        html("tr", {}, ...columns.map((column) => html("th", { scope: "col", class: classes(column) }, column.title))),
      ),
      html(
        "tbody",
        {},
        ...rows.map((cells) =>
          html(
            "tr",
            {},
            ...cells.map((cell, index) =>
              index === 0
                ? html("th", { scope: "row", class: classes(columns[index]) }, cell)
                : html("td", { class: classes(columns[index]) }, cell),
            ),
          ),
        ),
      ),
    ),
  );
}
