/** A whole project: read, judged, built, and evaluated by the evaluator that clients run. @module */
import { cp, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { evaluate, openBundle } from "@aplomb/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildProject } from "./build-project.js";

const shop = fileURLToPath(new URL("../testdata/shop", import.meta.url));

let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), "aplomb-build-"));
  await cp(shop, copy, { recursive: true });
});
afterAll(() => rm(copy, { recursive: true }));

const bundleOf = async (dir: string, audience: string) =>
  (await buildProject(dir)).bundles.find((bundle) => bundle.audience === audience)!;

describe("the sample project", () => {
  test("has nothing wrong with it", async () => {
    expect((await buildProject(shop)).problems).toEqual([]);
  });

  test.each([
    { audience: "service.production", flags: ["checkout", "new-header", "page-size", "search-ranking"] },
    { audience: "web.production", flags: ["checkout", "new-header"] },
    { audience: "web.staging", flags: ["checkout", "new-header"] },
  ])("$audience gets $flags", async ({ audience, flags }) => {
    expect((await bundleOf(shop, audience)).flags).toEqual(flags);
  });

  test.each([
    {
      key: "checkout.enabled",
      fallback: false,
      context: { email: "a@shop.example" },
      value: true,
      reason: "TARGETING_MATCH",
    },
    { key: "checkout.enabled", fallback: true, context: { country: "US" }, value: false, reason: "STATIC" },
    {
      key: "checkout.button.label",
      fallback: "",
      context: { accountId: "a-2" },
      value: "Buy now",
      reason: "TARGETING_MATCH",
    },
    {
      key: "checkout.enabled",
      fallback: true,
      context: { country: "SE", app: { version: "2.0.9" }, targetingKey: "u" },
      value: false,
      reason: "STATIC",
    },
    {
      key: "checkout.enabled",
      fallback: false,
      context: { country: "SE", app: { version: "2.1.0" }, targetingKey: "u3" },
      value: true,
      reason: "SPLIT",
    },
    {
      key: "checkout.enabled",
      fallback: true,
      context: { country: "SE", targetingKey: "u2" },
      value: false,
      reason: "SPLIT",
    },
    { key: "new-header", fallback: false, context: { accountId: "acme" }, value: false, reason: "DEFAULT" },
    { key: "new-header", fallback: false, context: { accountId: "acme-6" }, value: true, reason: "SPLIT" },
    { key: "search-ranking", fallback: "", context: { targetingKey: "u3" }, value: "vectors", reason: "SPLIT" },
    { key: "page-size", fallback: 20, context: {}, value: 20, reason: "DISABLED" },
  ] as const)("$key for $context is $value, $reason", async ({ key, fallback, context, value, reason }) => {
    const flagSet = openBundle((await bundleOf(shop, "service.production")).bytes);
    expect(evaluate(flagSet, key, fallback, context)).toMatchObject({ value, reason });
  });

  test("a split in three is even, and the same in every bundle", async () => {
    const flagSet = openBundle((await bundleOf(shop, "service.production")).bytes);
    const counts: Record<string, number> = {};
    for (let unit = 0; unit < 30_000; unit++) {
      const { value } = evaluate(flagSet, "search-ranking", "", { targetingKey: `unit-${unit}` });
      counts[value] = (counts[value] ?? 0) + 1;
    }
    expect(Object.values(counts).map((count) => Math.round(count / 500))).toEqual([20, 20, 20]);
  });
});

describe("bytes", () => {
  test("stay what they are: other bytes would be a new version for every client", async () => {
    const digests = (await buildProject(shop)).bundles.map(({ audience, sha256 }) => [audience, sha256.slice(0, 16)]);
    expect(digests).toEqual([
      ["service.production", "c1a9bc5667c6edef"],
      ["web.production", "32e5d9c02357b31d"],
      ["web.staging", "ce3b1d5bd65de4f4"],
    ]);
  });

  test("do not depend on the names of files, comments, or the order of names in a mapping", async () => {
    const before = await buildProject(copy);
    await rename(join(copy, "flags/checkout.yaml"), join(copy, "flags/zz.yaml"));
    await rename(join(copy, "segments/testers.yaml"), join(copy, "segments/aa.yml"));
    const text = await readFile(join(copy, "flags/zz.yaml"), "utf8");
    const reordered = text.replace('{ label: Buy now, color: "#1f6feb" }', '{ color: "#1f6feb", label: Buy now }');
    await writeFile(join(copy, "flags/zz.yaml"), reordered);
    const after = await buildProject(copy);
    expect(reordered).not.toBe(text);
    expect(after.bundles.map(({ sha256 }) => sha256)).toEqual(before.bundles.map(({ sha256 }) => sha256));
  });
});

describe("a directory that is no project", () => {
  test.each(["/nowhere/at/all", tmpdir()])("%s", async (dir) => {
    const { problems, bundles } = await buildProject(dir);
    expect(problems.map(({ file, message }) => `${file}: ${message}`)).toEqual([
      "aplomb.yaml: the file cannot be read: there is no such file",
    ]);
    expect(bundles).toEqual([]);
  });
});
