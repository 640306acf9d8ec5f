/** The guide's Redis store, as it is printed there, keeps to what a sticky store promises. @module */
import { readFile } from "node:fs/promises";
import { memoryStickyStore, type StickyStore } from "@aplomb/client";
import { transform } from "esbuild";
import { describe, expect, test } from "vitest";

/** Redis hashes, as far as the guide uses them: no server is asked of whoever runs the tests. */
class Hashes {
  readonly #hashes = new Map<string, Map<string, string>>();

  async hGetAll(key: string): Promise<Record<string, string>> {
    return Object.fromEntries(this.#hashes.get(key) ?? []);
  }

  async hSetNX(key: string, field: string, value: string): Promise<number> {
    const hash = this.#hashes.get(key) ?? new Map<string, string>();
    this.#hashes.set(key, hash);
    if (hash.has(field)) return 0;
    hash.set(field, value);
    return 1;
  }
}

async function printedStore(): Promise<StickyStore> {
  const guide = await readFile(new URL("../../../docs/sticky.md", import.meta.url), "utf8");
  const [, source = ""] = /```ts\n(import type \{ StickyStore \}[\s\S]*?)```/.exec(guide) ?? [];
  const { code } = await transform(source, { loader: "ts", format: "esm" });
  const printed = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
    redisStickyStore(redis: Hashes): StickyStore;
  };
  return printed.redisStickyStore(new Hashes());
}

const record = (rule: string, variant: string, unit = "user|1") => ({ unit, materialization: "kept", rule, variant });

describe.each<[string, () => StickyStore | Promise<StickyStore>]>([
  ["memoryStickyStore", () => memoryStickyStore()],
  ["the guide's redisStickyStore", printedStore],
])("%s", (_, create) => {
  test("gives back what was written, under its rule or under any", async () => {
    const store = await create();
    await store.write([record("r1", "a"), record("r2", "")]);
    expect(await store.read([record("r1", "")])).toEqual([record("r1", "a")]);
    expect(await store.read([record("", "")])).toEqual([record("r1", "a"), record("r2", "")]);
    expect(await store.read([record("r3", ""), record("r1", "", "user")])).toEqual([]);
  });

  test("lets the first of two records win", async () => {
    const store = await create();
    await Promise.all([store.write([record("r1", "a")]), store.write([record("r1", "b")])]);
    expect(await store.read([record("r1", "")])).toEqual([record("r1", "a")]);
  });
});
