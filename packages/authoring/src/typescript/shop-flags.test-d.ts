/** Type tests: what the written types of the shop's flags say. @module */
import { expectTypeOf, test } from "vitest";
import type { FlagContext, FlagKey, FlagKeyOf, FlagName, FlagValue } from "../../testdata/shop-flags.js";

test("keys", () => {
  expectTypeOf<FlagName>().toEqualTypeOf<"checkout" | "new-header" | "page-size" | "search-ranking">();
  expectTypeOf<FlagKey>().toEqualTypeOf<
    FlagName | "checkout.enabled" | "checkout.button" | "checkout.button.label" | "checkout.button.color"
  >();
  expectTypeOf<FlagKeyOf<boolean>>().toEqualTypeOf<"new-header" | "checkout.enabled">();
  expectTypeOf<FlagKeyOf<number>>().toEqualTypeOf<"page-size">();
});

test("values", () => {
  expectTypeOf<FlagValue<"new-header">>().toEqualTypeOf<boolean>();
  expectTypeOf<FlagValue<"search-ranking">>().toEqualTypeOf<string>();
  expectTypeOf<FlagValue<"checkout.button">>().toEqualTypeOf<{ readonly color: string; readonly label: string }>();
});

test("contexts", () => {
  expectTypeOf<FlagContext<"new-header">>().toEqualTypeOf<{ readonly accountId: string | number }>();
  expectTypeOf<FlagContext<"page-size">>().toEqualTypeOf<object>();
  expectTypeOf<FlagContext<"checkout.button.label">["app"]>().toEqualTypeOf<{
    readonly version: string | readonly string[];
  }>();
  expectTypeOf<FlagContext<"nothing">>().toEqualTypeOf<never>();
});
