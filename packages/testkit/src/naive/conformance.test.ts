/** The naive evaluator against every conformance vector. @module */
import { describe, expect, test } from "vitest";
import { comparedDetails, comparedResolution, type ReadCase, type ResolveCase, vectorCases } from "../conformance.js";
import { naiveEvaluate, naiveResolve } from "./index.js";

const cases = vectorCases();
const titled = <T extends { title: string }>(some: T[]): [string, T][] => some.map((each) => [each.title, each]);

describe("naiveResolve", () => {
  const resolved = cases.filter((each): each is ResolveCase => each.kind === "resolve");
  const feasible = resolved.filter(({ needs }) => needs === undefined);

  test.each(titled(feasible))("%s", (_title, { bundle, flag, context, options, expect: expected }) => {
    expect(comparedResolution(naiveResolve(bundle, flag, context, options), expected)).toEqual(expected);
  });

  test("leaves out only what needs more than recursion and patience", () => {
    expect(resolved.length - feasible.length).toBeLessThan(10);
  });
});

describe("naiveEvaluate", () => {
  const read = cases.filter((each): each is ReadCase => each.kind === "read");

  test.each(titled(read))("%s", (_title, { bundle, key, defaultValue, context, expect: expected }) => {
    expect(comparedDetails(naiveEvaluate(bundle, key, defaultValue, context), expected)).toEqual(expected);
  });
});
