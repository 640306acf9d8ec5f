/** aplomb types: where the text goes, and how it ends. @module */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../testdata/run-command.js";
import { runIn } from "../../testdata/run-in-process.js";

const shop = fileURLToPath(new URL("../../../authoring/testdata/shop", import.meta.url));
const shopFlags = await readFile(new URL("../../../authoring/testdata/shop-flags.ts", import.meta.url), "utf8");

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-types-"));
  await cp(shop, join(dir, "shop"), { recursive: true });
  await writeFile(join(dir, "old.d.ts"), "// something else\n");
  await writeFile(join(dir, "current.d.ts"), shopFlags);
  await runIn(dir, ["build", "shop", "--out", join(dir, "build")]);
});
afterAll(() => rm(dir, { recursive: true }));

const writing = (args: string) => runIn(dir, ["types", ...args.split(" ")]);

describe("aplomb types", () => {
  test.each([{ args: "shop" }, { args: "build" }])("$args: to standard output", async ({ args }) => {
    expect(await writing(args)).toEqual({ code: 0, stdout: shopFlags, stderr: "" });
  });

  test("one audience", async () => {
    const { stdout } = await writing("shop --audience web.production");
    expect(stdout).toContain('readonly "new-header": boolean;');
    expect(stdout).not.toContain("page-size");
    expect((await writing("build/web.production.bundle")).stdout).toBe(stdout);
  });

  test("to a file, once", async () => {
    const out = join(dir, "new.d.ts");
    expect(await writing(`shop --out ${out}`)).toEqual({ code: 0, stdout: "new.d.ts was written\n", stderr: "" });
    expect(await readFile(out, "utf8")).toBe(shopFlags);
    expect(await writing(`shop --out ${out}`)).toEqual({ code: 0, stdout: "new.d.ts is up to date\n", stderr: "" });
  });

  test.each([
    { args: "shop --out current.d.ts --check", code: 0, stdout: /is up to date/, stderr: /^$/ },
    { args: "shop --out old.d.ts --check", code: 1, stdout: /^$/, stderr: /old.d.ts is out of date: run aplomb types/ },
    { args: "shop --out absent.d.ts --check", code: 1, stdout: /^$/, stderr: /absent.d.ts is out of date/ },
    { args: "shop --check", code: 2, stdout: /^$/, stderr: /--check needs --out/ },
    { args: "shop --openfeature", code: 0, stdout: /declare module "@openfeature\/core" \{\n/, stderr: /^$/ },
    {
      args: "shop --openfeature --out flags.ts",
      code: 1,
      stdout: /^$/,
      stderr: /must end in .d.ts; flags.ts does not/,
    },
    { args: "shop --audience none", code: 1, stdout: /^$/, stderr: /--audience: say which; shop has service/ },
    { args: "nowhere", code: 1, stdout: /^$/, stderr: /ENOENT/ },
  ])("$args: $code", async ({ args, code, stdout, stderr }) => {
    const ended = await writing(args);
    expect(ended).toMatchObject({ code, stdout: expect.stringMatching(stdout), stderr: expect.stringMatching(stderr) });
    expect(await readFile(join(dir, "old.d.ts"), "utf8")).toBe("// something else\n");
  });

  test("for machines, as a process", { timeout: 60_000 }, async () => {
    const { code, stdout, stderr } = await run(["types", "shop", "--out", "old.d.ts", "--check", "--json"], dir);
    expect({ code, stderr, ...JSON.parse(stdout) }).toEqual({
      code: 1,
      stderr: "",
      ok: false,
      file: "old.d.ts",
      changed: true,
    });
  });
});
