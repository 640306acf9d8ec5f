/** aplomb lint: what is said, and how it ends. @module */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../testdata/run-command.js";
import { runIn } from "../../testdata/run-in-process.js";

const shop = fileURLToPath(new URL("../../../authoring/testdata/shop", import.meta.url));
const gift = `key: gift
type: boolean
rules:
  - name: nordics
    when: { attribute: contry, equals: SE }
    serve: on
`;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-lint-"));
  for (const name of ["clean", "warned", "drifted", "broken", "unkept", "edited"])
    await cp(shop, join(dir, name), { recursive: true });
  await writeFile(join(dir, "warned/flags/gift.yaml"), gift);
  await writeFile(join(dir, "drifted/flags/page-size.yaml"), "key: page-size\ntype: string\nvariants: { small: S }\n");
  await edit("unkept/flags/checkout.yaml", "{ one-step: 50, control: 50 }", "{ one-step: 60, control: 40 }");
  await edit(
    "edited/allocation.lock",
    "on: [0, 125000], fallthrough: [125000,",
    "on: [0, 250000], fallthrough: [250000,",
  );
  await writeFile(join(dir, "broken/flags/gift.yaml"), gift.replace("equals", "equal"));
});
afterAll(() => rm(dir, { recursive: true }));

async function edit(file: string, from: string, to: string): Promise<void> {
  const path = join(dir, file);
  await writeFile(path, (await readFile(path, "utf8")).replace(from, to));
}

describe("aplomb lint", () => {
  test.each([
    { args: "clean", code: 0, stdout: /^No problems\n$/ },
    { args: "clean --against clean", code: 0, stdout: /^No problems\n$/ },
    {
      args: "warned",
      code: 0,
      stdout: /^flags\/gift.yaml:5:24: warning: .*\(unknown-attribute\)\n[\s\S]*\n0 errors, 1 warning\n$/,
    },
    { args: "warned --max-warnings 1", code: 0, stdout: /1 warning\n$/ },
    { args: "warned --max-warnings 0", code: 1, stdout: /1 warning\n$/ },
    { args: "drifted", code: 0, stdout: /^No problems\n$/ },
    {
      args: "drifted --against clean",
      code: 1,
      stdout:
        /page-size.yaml:2:7: error: page-size was an integer in the earlier version and is now a string \(type-drift\)/,
    },
    {
      args: "unkept --max-warnings 0",
      code: 1,
      stdout:
        /^allocation.lock:4:23: warning: flags\/checkout.yaml asks for one-step 60 %, control 40 %, and this line has one-step 50 %, control 50 % \(outdated-lock\)\n[\s\S]*\n {2}expected: the file as `aplomb build` writes it/,
    },
    {
      args: "edited",
      code: 0,
      stdout:
        /^allocation.lock:5:3: warning: the ranges of "new-header\/ramp" are not those that its seal was made for[\s\S]*\n> 5 \| {3}new-header\/ramp: [\s\S]*\n {2}example: {2}git checkout allocation.lock/,
    },
    {
      args: "broken",
      code: 1,
      stdout:
        /gift.yaml:5:32: error: "equal" is not known here[\s\S]*\nLint rules were not run: mend the errors first\n$/,
    },
    { args: "clean --attributes country,email,accountId", code: 0, stdout: /contexts have no attribute "app.version"/ },
    { args: "nowhere", code: 1, stdout: /aplomb.yaml:1:1: error: the file cannot be read: there is no such file/ },
  ])("$args: $code", async ({ args, code, stdout }) => {
    expect(await runIn(dir, ["lint", ...args.split(" ")])).toMatchObject({
      code,
      stdout: expect.stringMatching(stdout),
    });
  });

  test.each([
    { args: "clean --max-warnings some", said: /expected a whole number from 0/ },
    { args: "clean --attributes a,,b", said: /expected names with commas between/ },
  ])("$args: 2", async ({ args, said }) => {
    const ended = await runIn(dir, ["lint", ...args.split(" ")]);
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(said) });
  });

  test("for machines, as a process", { timeout: 60_000 }, async () => {
    const { code, stdout, stderr } = await run(["lint", "warned", "--max-warnings", "0", "--json"], dir);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      errors: 0,
      warnings: 1,
      isComplete: true,
      problems: [{ rule: "unknown-attribute", file: "flags/gift.yaml", line: 5, column: 24 }],
    });
  });
});
