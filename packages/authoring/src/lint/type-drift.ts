/** Lint rule: values whose types are not those of an earlier version. @module */

import type { Flag } from "@aplomb/proto/bundle";
import { NO_ALLOCATION } from "../allocation.js";
import { compileFlag } from "../build/compile-flag.js";
import type { FlagFile } from "../flag-file.js";
import type { Problem } from "../problem.js";
import type { Path } from "../source-file.js";
import { fieldTypesOf, scalarTypeOf, typeText } from "../value-schema.js";
import { type LintRule, type Placed, warningAt } from "./lint-subject.js";

/**
 * A field that went or holds another type: code that reads it gets its own default from now on. Fields that came are no
 * drift. Values against the flag's own fields are held by the build.
 */
export const typeDrift: LintRule = {
  name: "type-drift",
  find: ({ flags, against }) =>
    flags.flatMap((placed) => {
      const earlier = against.flatMap(({ flags: known }) => known.get(placed.file.key)?.content ?? []);
      return earlier.flatMap((flag) => driftOf(placed, flag));
    }),
};

function driftOf({ source, file }: Placed<FlagFile>, earlier: Flag): Problem[] {
  // Types are in the schema and the variants; where rules draw their units does not matter here.
  const { flag } = compileFlag({ ...file, rules: [] }, NO_ALLOCATION);
  const [was, is] = [readsOf(earlier), readsOf(flag)];
  return [...was].flatMap(([path, type]) => {
    const now = is.get(path);
    if (now === type || type === "anything" || isInGone(path, was, is)) return [];
    const key = path === "" ? file.key : `${file.key}.${path}`;
    const change = now === undefined ? "is gone" : `is now ${article(now)}`;
    const text = {
      severity: "error" as const,
      message: `${key} was ${article(type)} in the earlier version and ${change}`,
      expected: "the type that code reads; for another one, a field or a flag with another name",
    };
    return [warningAt(source, placeOf(file, path), "value", text)];
  });
}

/** Types by path; of a flag whose values are no objects, that of the whole. */
function readsOf(flag: Flag): Map<string, string> {
  const scalar = scalarTypeOf(flag.schema);
  if (scalar !== undefined) return new Map([["", typeText(scalar)]]);
  return new Map([...(flag.schema === undefined ? [] : [["", "object"] as const]), ...fieldTypesOf(flag.schema)]);
}

/** One report for an object that went, not one for each of its fields. */
function isInGone(path: string, was: ReadonlyMap<string, string>, is: ReadonlyMap<string, string>): boolean {
  const steps = path === "" ? [] : path.split(".");
  const above = ["", ...steps.slice(0, -1).map((_, index) => steps.slice(0, index + 1).join("."))];
  return path !== "" && above.some((outer) => was.has(outer) && is.get(outer) !== was.get(outer));
}

function placeOf(file: FlagFile, path: string): Path {
  if (path === "" || file.type !== "object") return ["type"];
  return ["fields", ...path.split(".").flatMap((step, index) => (index === 0 ? [step] : ["fields", step]))];
}

function article(type: string): string {
  return `${/^[aeiou]/.test(type) && type !== "anything" ? "an" : "a"} ${type}`;
}
