/** Holds the client's voice to little, clean and harmless. @module */
import { createVirtualClock } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { createWarn } from "./log.js";

describe("createWarn", () => {
  test("says each kind at most once a minute", async () => {
    const lines: string[] = [];
    const clock = createVirtualClock();
    const warn = createWarn({ warn: (line) => lines.push(line) }, clock);
    warn("a", "one");
    warn("a", "two");
    warn("b", "three");
    await clock.advance(60_000);
    warn("a", "four");
    expect(lines).toEqual(["aplomb: one", "aplomb: three", "aplomb: four"]);
  });

  test.each([
    ["line breaks", "a\r\nb", "aplomb: a  b"],
    ["colours", "\u001b[31mred", "aplomb:  [31mred"],
    ["separators", "a\u2028b", "aplomb: a b"],
    ["length", "x".repeat(300), `aplomb: ${"x".repeat(256)}`],
  ])("S-06 %s cannot forge a line", (_name, message, expected) => {
    const lines: string[] = [];
    createWarn({ warn: (line) => lines.push(line) }, createVirtualClock())("kind", message);
    expect(lines).toEqual([expected]);
  });

  test("a logger that throws, or none, is nobody's problem", () => {
    const failing = () => {
      throw new Error("disk full");
    };
    expect(() => createWarn({ warn: failing }, createVirtualClock())("a", "b")).not.toThrow();
    expect(() => createWarn(undefined, createVirtualClock())("a", "b")).not.toThrow();
  });
});
