/** Tests of comparing both sides' assignments. @module */
import { describe, expect, test } from "vitest";
import type { Outcome } from "../outcome.js";
import { compareAssignments } from "./compare-assignments.js";

const got = (shopper: string, variant: string, value = { text: variant }): Outcome => ({
  ...{ shopper, flag: "checkout", variant, value, reason: "SPLIT", exposureId: "" },
});

describe("compareAssignments", () => {
  test.each([
    { what: "the same", service: [got("1", "a"), got("2", "b")], page: [got("2", "b"), got("1", "a")], differing: 0 },
    { what: "another variant", service: [got("1", "a")], page: [got("1", "b")], differing: 1 },
    { what: "another value", service: [got("1", "a")], page: [got("1", "a", { text: "old" })], differing: 1 },
    { what: "a shopper too few", service: [got("1", "a"), got("2", "a")], page: [got("1", "a")], differing: 1 },
    { what: "nothing at all", service: [got("1", "a")], page: [], differing: 1 },
  ])("$what: $differing differing", ({ service, page, differing }) => {
    const [agreement] = compareAssignments(service, page);
    expect(agreement?.differing).toHaveLength(differing);
  });

  test("counts variants and says who differs", () => {
    const [agreement] = compareAssignments([got("1", "a"), got("2", "a")], [got("1", "a"), got("2", "b")]);
    expect(agreement).toMatchObject({
      agreeing: 1,
      variants: [
        { variant: "a", service: 2, page: 1 },
        { variant: "b", service: 0, page: 1 },
      ],
      differing: ['2: service a (SPLIT) {"text":"a"}, page b (SPLIT) {"text":"b"}'],
    });
  });
});
