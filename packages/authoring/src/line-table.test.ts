/** Lines and columns. @module */
import fc from "fast-check";
import { expect, test } from "vitest";
import { lineTableOf } from "./line-table.js";

test("law: line and column are those of the text before", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "\n", "\r\n", "\r", "\u2028", "é"), maxLength: 30 });
  fc.assert(
    fc.property(text, fc.integer({ min: -2, max: 40 }), (written, offset) => {
      const above = written.slice(0, Math.max(offset, 0)).split("\n");
      expect(lineTableOf(written).placeOf(offset)).toEqual({
        line: above.length,
        column: (above.at(-1)?.length ?? 0) + 1,
      });
    }),
  );
});
