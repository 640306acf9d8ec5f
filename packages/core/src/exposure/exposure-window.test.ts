/** The window against a plain model of it: a true LRU with a time to live. @module */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Fallthrough, Resolution } from "../details.js";
import { createExposureWindow } from "./exposure-window.js";

const passed = (rule: string): Fallthrough => ({ rule, assignmentId: "a", unit: "u", unitSelector: "" });
const resolution = (changes: Partial<Resolution> = {}): { -readonly [K in keyof Resolution]: Resolution[K] } => ({
  ...{ flagKey: "flag", variant: "on", rule: "rule", assignmentId: "a", unitSelector: "", unit: "u", segment: "s" },
  ...{ value: {}, reason: "MATCH", shouldExpose: true, fallthroughs: [], writes: [] },
  ...changes,
});

describe("createExposureWindow", () => {
  test.each<[string, Partial<Resolution>]>([
    ["flag", { flagKey: "other" }],
    ["variant", { variant: "off" }],
    ["rule", { rule: "other" }],
    ["assignment", { assignmentId: "b" }],
    ["unit selector", { unitSelector: "account" }],
    ["unit", { unit: "v" }],
    ["fallthrough", { fallthroughs: [passed("x")] }],
  ])("D14 another %s is another exposure", (_name, changes) => {
    const window = createExposureWindow(10, 1_000);
    expect([resolution(), resolution(changes)].map((one) => window.admit(one, 0))).toEqual([true, true]);
    expect([resolution(), resolution(changes)].map((one) => window.admit(one, 0))).toEqual([false, false]);
    expect(window.size).toBe(2);
  });

  test("the order of fallthroughs counts, another value or segment does not", () => {
    const window = createExposureWindow(10, 1_000);
    window.admit(resolution({ fallthroughs: [passed("x"), passed("y")] }), 0);
    expect(window.admit(resolution({ fallthroughs: [passed("y"), passed("x")] }), 0)).toBe(true);
    expect(
      window.admit(resolution({ fallthroughs: [passed("x"), passed("y")], value: undefined, segment: "" }), 0),
    ).toBe(false);
  });

  test("repeats do not prolong the time to live", () => {
    const window = createExposureWindow(10, 1_000);
    const at = [0, 999, 1_000, 1_999, 2_000];
    expect(at.map((atMs) => window.admit(resolution(), atMs))).toEqual([true, false, true, false, true]);
  });

  test("D10 is a true LRU: agrees with a model, whatever comes", () => {
    const step = fc.record({
      flagKey: fc.constantFrom("f", "g"),
      unit: fc.constantFrom("", "u", "v"),
      variant: fc.constantFrom("on", "off"),
      forget: fc.boolean(),
      waitMs: fc.nat(60),
    });
    const law = fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 80 }), (capacity, steps) => {
      const window = createExposureWindow(capacity, 100);
      const model = new Map<string, number>();
      let nowMs = 0;
      for (const { forget, waitMs, ...identity } of steps) {
        nowMs += waitMs;
        const key = Object.values(identity).join();
        if (forget) {
          window.forget(resolution(identity));
          model.delete(key);
        } else {
          const before = model.get(key);
          const isNew = before === undefined || nowMs - before >= 100;
          model.delete(key);
          model.set(key, isNew ? nowMs : before);
          if (model.size > capacity) model.delete([...model.keys()][0] ?? "");
          expect(window.admit(resolution(identity), nowMs)).toBe(isNew);
        }
        expect(window.size).toBe(model.size);
      }
    });
    fc.assert(law, { numRuns: 500 });
  });

  test("E-18 many distinct exposures: never more than its capacity", () => {
    const window = createExposureWindow(50_000, 600_000);
    const one = { ...resolution() };
    for (let unit = 0; unit < 300_000; unit++) {
      one.unit = `${unit}`;
      window.admit(one, 0);
    }
    expect(window.size).toBe(50_000);
  });
});
