/** What is taken for personal, and what is not. @module */
import { describe, expect, test } from "vitest";
import { emailsIn, isIdentifier, longListIn } from "./personal-text.js";

describe("emailsIn", () => {
  test.each([
    { text: "jane@shop.example", found: ["jane@shop.example"] },
    { text: "Write to Jane <jane.doe+x@mail.shop.example>.", found: ["jane.doe+x@mail.shop.example"] },
    { text: "a@b.co,c@d.co", found: ["a@b.co", "c@d.co"] },
    { text: "jürgen@münchen.example", found: ["jürgen@münchen.example"] },
    { text: "user:pass@host.example", found: ["pass@host.example"] },
    { text: "@shop.example", found: [] },
    { text: " @shop.example", found: [] },
    { text: "jane@localhost", found: [] },
    { text: "left@1.2.3", found: [] },
    { text: "a @ b.example", found: [] },
    { text: "@", found: [] },
    { text: "", found: [] },
  ])("$text: $found", ({ text, found }) => {
    expect(emailsIn(text)).toEqual(found);
  });

  test.each(["a".repeat(65_536), "@".repeat(65_536), "a@".repeat(32_768), `a@${"b.".repeat(32_768)}`])(
    "64 KiB without an address are looked at once",
    (text) => {
      expect(emailsIn(text)).toEqual([]);
    },
  );
});

describe("isIdentifier", () => {
  test.each([
    { value: "acct-123", is: true },
    { value: "7f9c24e8", is: true },
    { value: "550e8400-e29b-41d4-a716-446655440000", is: true },
    { value: "jane@shop.example", is: true },
    { value: 4_711_000, is: true },
    { value: "SE", is: false },
    { value: "one-step", is: false },
    { value: "Pay in 30 days", is: false },
    { value: "1.2", is: false },
    { value: 99, is: false },
    { value: 123_456.5, is: false },
    { value: true, is: false },
    { value: null, is: false },
  ])("$value: $is", ({ value, is }) => {
    expect(isIdentifier(value)).toBe(is);
  });

  test.each([
    { count: 19, found: undefined },
    { count: 20, found: "acct-100" },
  ])("$count of them", ({ count, found }) => {
    expect(longListIn(["SE", ...Array.from({ length: count }, (_, i) => `acct-${100 + i}`)])).toBe(found);
  });
});
