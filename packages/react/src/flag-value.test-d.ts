/** Type tests: what hooks answer with, by the type of the default. @module */
import { expectTypeOf, test } from "vitest";
import type { useFlag } from "./use-flag.js";
import type { useFlagDetails } from "./use-flag-details.js";

declare const read: typeof useFlag;
declare const readDetails: typeof useFlagDetails;

type Layout = { layout: "one-page" | "steps"; columns?: number };

test("literals are widened", () => {
  expectTypeOf(read("f", false)).toEqualTypeOf<boolean>();
  expectTypeOf(read("f", "a")).toEqualTypeOf<string>();
  expectTypeOf(read("f", 1)).toEqualTypeOf<number>();
  expectTypeOf(read("f", { on: true, deep: { off: false } })).toEqualTypeOf<{ on: boolean; deep: { off: boolean } }>();
  expectTypeOf(readDetails("f", false).value).toEqualTypeOf<boolean>();
});

test("declared types are kept", () => {
  const initial: Layout = { layout: "steps" };
  expectTypeOf(read("f", initial)).toEqualTypeOf<Layout>();
  expectTypeOf(read<Layout>("f", { layout: "steps" }).layout).toEqualTypeOf<"one-page" | "steps">();
});

test("a default is needed, and must be JSON", () => {
  // @ts-expect-error: no default
  read("f");
  // @ts-expect-error: not JSON
  read("f", () => {});
  // @ts-expect-error: no such mode
  read("f", 1, { expose: "never" });
});
