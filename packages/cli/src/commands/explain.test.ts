/** aplomb explain, run as a process: a bundle of a publication explained to people, and to machines. @module */
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../testdata/run-command.js";

const shop = fileURLToPath(new URL("../../../authoring/testdata/shop", import.meta.url));
const slow = { timeout: 60_000 };
const context = { targetingKey: "canary-unit", country: "NO", app: { version: "2.1.0" } };

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-explain-"));
  await cp(shop, dir, { recursive: true });
  await writeFile(join(dir, "context.json"), JSON.stringify(context));
  await run(["keygen", "--dev"], dir);
  await run(["build", "--out", "build"], dir);
  await run(["sign", "build", "--keys", ".aplomb/keys", "--after", "public"], dir);
  await run(["publish", "public", "--build", "build"], dir);
}, 60_000);
afterAll(() => rm(dir, { recursive: true }));

const explaining = (...args: string[]) => run(["explain", ...args], dir);

describe("aplomb explain", () => {
  test("a publication's flag, as a tree without colours", slow, async () => {
    const audience = ["--audience", "service.production"];
    const ended = await explaining("public", "checkout", ...audience, "--context", "context.json");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toMatch(/^checkout → (one-step|control) {2}MATCH\n/);
    expect(ended.stdout).toContain("country in [SE, NO, DK, FI] · NO\n");
    expect(ended.stdout).toContain('app.version < 2.1.0 (version) · "2.1.0"\n');
    expect(ended.stdout).toContain("– everybody-else: not reached\n");
  });

  test("for machines, without the subject", slow, async () => {
    const audience = ["--audience", "service.production"];
    const asked = ["public", "checkout", ...audience, "--context", JSON.stringify(context)];
    const { code, stdout } = await explaining(...asked, "--json", "--redact");
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, ok: true, resolution: { reason: "MATCH" } });
    expect(stdout).not.toContain("canary-unit");
  });

  test.each([
    { args: "public absent --audience web.production --context {}", code: 1, said: /^The bundle has \d flags: / },
    { args: "public checkout --context {}", code: 1, said: /--audience: say which; public has service\.production, / },
    { args: "nowhere checkout --context {}", code: 1, said: /ENOENT/ },
    { args: "context.json checkout --context {}", code: 1, said: /error: MALFORMED/ },
    {
      args: "public checkout --audience web.staging --context {no",
      code: 1,
      said: /OPTION: --context: it is not JSON/,
    },
    { args: "public checkout", code: 2, said: /required option '--context <json>' not specified/ },
  ])("$args: $code", slow, async ({ args, code, said }) => {
    expect(await explaining(...args.split(" "))).toMatchObject({ code, stderr: expect.stringMatching(said) });
  });
});
