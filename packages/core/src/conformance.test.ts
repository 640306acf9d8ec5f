/** The compiled evaluator against every conformance vector. @module */
import {
  comparedDetails,
  comparedResolution,
  type ReadCase,
  type ResolveCase,
  vectorCases,
} from "@aplomb/testkit/conformance";
import { describe, expect, test } from "vitest";
import { evaluate } from "./evaluate/evaluate.js";
import { resolve } from "./evaluate/resolve.js";
import { openBundle } from "./open-bundle.js";

const cases = vectorCases();
const titled = <T extends { title: string }>(some: T[]): [string, T][] => some.map((each) => [each.title, each]);
const resolveCases = cases.filter((each): each is ResolveCase => each.kind === "resolve");
const readCases = cases.filter((each): each is ReadCase => each.kind === "read");

describe("resolve", () => {
  test.each(titled(resolveCases))("%s", (_title, { bundle, flag, context, options, expect: expected }) => {
    expect(comparedResolution(resolve(openBundle(bundle), flag, context, options), expected)).toEqual(expected);
  });
});

describe("evaluate", () => {
  test.each(titled(readCases))("%s", (_title, { bundle, key, defaultValue, context, expect: expected }) => {
    expect(comparedDetails(evaluate(openBundle(bundle), key, defaultValue, context), expected)).toEqual(expected);
  });
});
