/** When the second origin is asked, and when the first again. @module */
import { FlagError } from "@aplomb/core";
import { createVirtualClock } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import type { RefreshSource } from "../refresh-source.js";
import { RequestError } from "../retry/request-error.js";
import { createFallbackSource } from "./fallback-source.js";

const { signal } = new AbortController();
const down = new RequestError("down");
const forged = new FlagError("SIGNATURE");

function joined() {
  const clock = createVirtualClock();
  const asked: string[] = [];
  const sourceOf = (name: string): RefreshSource => ({
    fetchManifest: async () => void asked.push(name),
    fetchBundle: async () => new Uint8Array(asked.push(`${name} bundle`)),
    fetchRoot: async () => new Uint8Array(asked.push(`${name} root`)),
  });
  const { source, succeeded, failed } = createFallbackSource(sourceOf("first"), sourceOf("second"), clock);
  /** One load: asks for a manifest, then tells how it went. */
  const load = async (error?: unknown): Promise<string> => {
    await source.fetchManifest(undefined, signal);
    if (error) failed(error);
    else succeeded();
    return asked.at(-1) ?? "nobody";
  };
  return { clock, asked, source, load, failed };
}

describe("N-13 createFallbackSource", () => {
  test.each([
    { name: "no answers", errors: [down, down, down] },
    { name: "bad signatures", errors: [forged, forged, forged] },
    { name: "of each some", errors: [new FlagError("HASH"), down, new FlagError("MALFORMED")] },
  ])("three failures in a row, and the second origin is asked: $name", async ({ errors }) => {
    const { load } = joined();
    for (const error of errors) expect(await load(error)).toBe("first");
    expect(await load()).toBe("second");
  });

  test.each([401, 403, 404])("a refusal (%d), and the second origin is asked at once", async (status) => {
    const { load } = joined();
    expect(await load(new RequestError("no", { status }))).toBe("first");
    expect(await load()).toBe("second");
  });

  test("says when it leaves the first origin, and not when it goes back", () => {
    const { failed } = joined();
    expect([failed(down), failed(down), failed(down)]).toEqual([false, false, true]);
  });

  test("not after two, nor when a success lies between", async () => {
    const { load } = joined();
    for (const error of [down, down, undefined, down, down]) expect(await load(error)).toBe("first");
    expect(await load()).toBe("first");
  });

  test.each([["SHRINK"], ["LIMIT"], ["SELF_TEST"], ["AUDIENCE"], ["ROLLBACK"]] as const)(
    "%s is no fault of an origin",
    async (code) => {
      const { load } = joined();
      for (let i = 0; i < 5; i++) await load(new FlagError(code));
      expect(await load()).toBe("first");
    },
  );

  test("the first is tried again after a minute, once; then the second holds for another", async () => {
    const { clock, load } = joined();
    for (const error of [down, down, down]) await load(error);
    await clock.advance(59_999);
    expect(await load()).toBe("second");
    await clock.advance(1);
    expect([await load(down), await load(), await load()]).toEqual(["first", "second", "second"]);
    await clock.advance(60_000);
    expect([await load(), await load(), await load()]).toEqual(["first", "first", "first"]);
  });

  test("when the second fails, too, the first is asked next", async () => {
    const { load } = joined();
    for (const error of [down, down, down]) await load(error);
    expect([await load(down), await load(down)]).toEqual(["second", "first"]);
  });

  test("bundle and roots come from where the manifest came from", async () => {
    const { asked, source, load } = joined();
    for (const error of [down, down, down, undefined]) await load(error);
    await source.fetchBundle("ab", 1, false, signal);
    await source.fetchRoot?.(2, signal);
    expect(asked.slice(-3)).toEqual(["second", "second bundle", "second root"]);
  });
});
