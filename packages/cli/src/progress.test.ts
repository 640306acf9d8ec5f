/** The progress line: on terminals only, and not too often. @module */
import { describe, expect, test } from "vitest";
import { createProgress } from "./progress.js";

describe("createProgress", () => {
  test.each([
    { isTTY: true, written: ["\r3\u001b[K", "\r6\u001b[K", "\r\u001b[K"] },
    { isTTY: false, written: [] },
  ])("on a terminal: $isTTY", ({ isTTY, written }) => {
    const found: string[] = [];
    let nowMs = 0;
    const progress = createProgress({ isTTY, write: (text) => found.push(text) }, () => nowMs);
    for (let step = 1; step <= 7; step++) {
      nowMs = step * 70;
      progress.show(() => String(step));
    }
    progress.clear();
    progress.clear();
    expect(found).toEqual(written);
  });
});
