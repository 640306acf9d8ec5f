/** The real command, run as a process: help, exit codes, JSON, and the way from flag files to a verified publication. @module */
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { run } from "../testdata/run-command.js";

const shop = fileURLToPath(new URL("../../authoring/testdata/shop", import.meta.url));
const slow = { timeout: 60_000 };

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-cli-"));
  await cp(shop, dir, { recursive: true });
});
afterEach(() => rm(dir, { recursive: true }));

describe("how it ends", () => {
  test.each([
    { args: ["--help"], code: 0, stdout: /Usage: aplomb/, stderr: /^$/ },
    { args: ["serve", "--help"], code: 0, stdout: /Examples:\n {2}aplomb serve --watch --dev/, stderr: /^$/ },
    { args: ["--version"], code: 0, stdout: /^\d+\.\d+\.\d+\n$/, stderr: /^$/ },
    { args: [], code: 2, stdout: /^$/, stderr: /Usage: aplomb/ },
    { args: ["bild"], code: 2, stdout: /^$/, stderr: /unknown command 'bild'\n\(Did you mean build\?\)/ },
    { args: ["serve", "--port", "x"], code: 2, stdout: /^$/, stderr: /expected a whole number from 0 to 65535/ },
    { args: ["sign", "nowhere"], code: 1, stdout: /^$/, stderr: /holds no build[\s\S]*aplomb build PROJECT --out DIR/ },
    { args: ["verify", "nowhere"], code: 1, stdout: /there is no root at v1\/root\/1/, stderr: /^$/ },
    {
      args: ["sign", "nowhere", "--json"],
      code: 1,
      stdout: /^\{"ok":false,"error":\{"code":"BUILD_UNREADABLE"/,
      stderr: /^$/,
    },
  ])("aplomb $args: $code", slow, async ({ args, code, stdout, stderr }) => {
    const ended = await run(args, dir);
    expect(ended).toMatchObject({ code, stdout: expect.stringMatching(stdout), stderr: expect.stringMatching(stderr) });
  });

  test("colours only on a terminal", slow, async () => {
    const { stdout, stderr } = await run(["build", "nowhere"], dir);
    expect(`${stdout}${stderr}`).not.toContain("\u001b[");
  });
});

describe("from flag files to a verified publication", () => {
  test("keygen, build, sign, publish, verify", slow, async () => {
    expect(await run(["keygen"], dir)).toMatchObject({ code: 0, stdout: expect.stringContaining("root-3.jwk") });
    const modes = (await readdir(join(dir, ".aplomb/keys"))).map(
      async (name) => (await stat(join(dir, ".aplomb/keys", name))).mode & 0o777,
    );
    expect(new Set(await Promise.all(modes))).toEqual(new Set([0o600]));
    expect(await run(["build"], dir)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/web\.production\s+2 flags/),
    });
    expect(await run(["sign"], dir)).toMatchObject({ code: 0, stdout: expect.stringMatching(/version +1 +new/) });
    expect(await run(["publish"], dir)).toMatchObject({ code: 0, stdout: expect.stringMatching(/version +1 +new/) });
    const verified = await run(["verify", "--root", ".aplomb/keys/root.envelope", "--json"], dir);
    expect(JSON.parse(verified.stdout)).toMatchObject({
      ok: true,
      root: { trustDomain: "shop.example", isPinned: true },
      audiences: [{ audience: "service.production", ok: true, flagCount: 4 }, { ok: true }, { ok: true }],
    });
    const manifest = join(dir, ".aplomb/publication/v1/web.staging/manifest");
    await writeFile(
      manifest,
      (await readFile(manifest)).map((byte, index) => (index === 30 ? byte ^ 1 : byte)),
    );
    expect(await run(["verify"], dir)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/failed +web\.staging +SIGNATURE: .*\n +Sign with a key/),
    });
  });

  test("keys are never overwritten by accident", slow, async () => {
    expect(await run(["keygen", "--dev", "--json"], dir)).toMatchObject({ code: 0, stderr: "" });
    const before = await readFile(join(dir, ".aplomb/keys/bundle.jwk"));
    expect(await run(["keygen"], dir)).toMatchObject({ code: 1, stderr: expect.stringContaining("--force") });
    expect(await readFile(join(dir, ".aplomb/keys/bundle.jwk"))).toEqual(before);
  });
});

describe("a broken file", () => {
  const broken = "key: broken\ntype: boolean\nrules:\n  - name: half\n    split: { on: 50, of: 40 }\n";

  test("is shown with its line, what was expected and an example", slow, async () => {
    await writeFile(join(dir, "flags/broken.yaml"), broken);
    const { code, stdout, stderr } = await run(["build"], dir);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe(
      [
        "flags/broken.yaml:5:12: error: the percentages add up to 90, which is 10 too few",
        "  3 | rules:",
        "  4 |   - name: half",
        "> 5 |     split: { on: 50, of: 40 }",
        "    |            ^^^^^^^^^^^^^^^^^^",
        "  expected: percentages that add up to 100; `fallthrough` can take the rest",
        "  example:  split: { on: 10, fallthrough: 90 }",
        "",
        'flags/broken.yaml:5:22: error: the flag has no variant "of"',
        "  3 | rules:",
        "  4 |   - name: half",
        "> 5 |     split: { on: 50, of: 40 }",
        "    |                      ^^",
        "  expected: on, off, clientDefault or fallthrough (did you mean on?)",
        "",
        "2 errors",
        "",
      ].join("\n"),
    );
  });

  test("is told to machines as JSON", slow, async () => {
    await writeFile(join(dir, "flags/broken.yaml"), broken);
    const { code, stdout, stderr } = await run(["build", "--json"], dir);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: {
        code: "PROJECT",
        problems: [
          { file: "flags/broken.yaml", line: 5, column: 12 },
          { line: 5, column: 22 },
        ],
      },
    });
  });
});
