/** The search finds what the engine's own finds, and does not depend on what the texts are. @module */
import fc from "fast-check";
import { expect, test } from "vitest";
import { textSearch } from "./text-search.js";

const few = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 400 });

test("finds what the engine finds, in texts that repeat themselves", () => {
  let found = 0;
  const law = fc.property(few, few, fc.nat(20), (text, needle, length) => {
    const part = needle.slice(0, 9 + length);
    const search = textSearch(part);
    for (const searched of [text, text.repeat(20), text + part + text]) {
      expect(search(searched)).toBe(searched.includes(part));
      found += Number(search(searched));
    }
  });
  fc.assert(law, { numRuns: process.env.APLOMB_DEEP === "1" ? 20_000 : 500 });
  expect(found).toBeGreaterThan(0);
});

test.each([
  { needle: "", text: "", found: true },
  { needle: "", text: "x".repeat(9_000), found: true },
  { needle: "long enough", text: "not", found: false },
  { needle: "at the very end", text: `${"x".repeat(9_000)}at the very end`, found: true },
  { needle: "\ud83d\ude00 smile", text: `${"\ud83d".repeat(9_000)}\ud83d\ude00 smile`, found: true },
])("$found", ({ needle, text, found }) => expect(textSearch(needle)(text)).toBe(found));
