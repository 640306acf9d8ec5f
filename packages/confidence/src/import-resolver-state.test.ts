/** The import as a whole: what an imported state answers. @module */
import { openBundle, resolve } from "@aplomb/core";
import { describe, expect, test } from "vitest";
import { ALL, BY_SECRET, flag, stateBytes } from "../test/state-builder.js";
import { importResolverState } from "./import-resolver-state.js";

describe("importResolverState", () => {
  test("smoke", () => {
    const { bundle, diagnostics } = importResolverState(stateBytes({ flags: [flag("f")], segments: [ALL] }), BY_SECRET);
    expect(diagnostics).toEqual([]);
    expect(resolve(openBundle(bundle), "f", {})).toMatchObject({
      reason: "MATCH",
      variant: "flags/f/variants/on",
      value: { enabled: true },
    });
  });
});
