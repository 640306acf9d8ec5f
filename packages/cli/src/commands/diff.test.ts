/** aplomb diff over projects, builds, publications and files. @module */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../testdata/run-command.js";
import { runHere } from "../../testdata/run-here.js";
import { runIn } from "../../testdata/run-in-process.js";

const shop = fileURLToPath(new URL("../../../authoring/testdata/shop", import.meta.url));

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-diff-"));
  await cp(shop, join(dir, "before"), { recursive: true });
  await cp(shop, join(dir, "after"), { recursive: true });
  await edit("flags/checkout.yaml", "{ one-step: 50, control: 50 }", "{ one-step: 60, control: 40 }");
  await edit("flags/checkout.yaml", "[SE, NO, DK, FI]", "[SE, NO, DK, FI, IS]");
  await edit("flags/checkout.yaml", "owner: team-payments", "owner: team-checkout");
  await edit("flags/new-header.yaml", "unit: accountId", "unit: visitorId");
  for (const side of ["before", "after"]) await runIn(dir, ["build", side, "--out", join(dir, `${side}-build`)]);
  await runIn(dir, ["keygen", "--dev", "before"]);
  await runIn(dir, ["sign", "before-build", "--keys", "before/.aplomb/keys"]);
  await runIn(dir, ["publish", "public", "--build", "before-build"]);
  await writeFile(join(dir, "noise.bundle"), "noise");
}, 60_000);
afterAll(() => rm(dir, { recursive: true }));

async function edit(file: string, from: string, to: string): Promise<void> {
  const path = join(dir, "after", file);
  await writeFile(path, (await readFile(path, "utf8")).replace(from, to));
}

const IN_WORDS = `flag checkout
  ~ rule nordics: when: country: [IS] added (service.production)
  ~ rule nordics: split: one-step 50 %, control 50 % → one-step 60 %, control 40 %; 10 % of buckets change hands: control → one-step 10 % (service.production)
  ~ owner: team-payments → team-checkout (service.production)
  ~ rule rffc95144e78730ff: split: one-step 50 %, control 50 % → one-step 60 %, control 40 %; 10 % of buckets change hands: control → one-step 10 % (web.production, web.staging)

flag new-header
  ~ rule ramp: unit: accountId → visitorId; every unit is drawn anew (service.production)
  ~ rule r0a91e40bd2d826da: unit: accountId → visitorId; every unit is drawn anew (web.production, web.staging)

segment s1908f0691aef577e
  ~ when: country among 4 hashed values and not app.version < version 2.1.0 → country among 5 hashed values and not app.version < version 2.1.0 (web.production, web.staging)

7 differences in 2 flags and 1 segment; 2 of them draw units anew
`;

/** What a page's bundle shows of it: rules and segments without their names, countries without theirs. */
const OF_A_PAGE = `flag checkout
  ~ rule rffc95144e78730ff: split: one-step 50 %, control 50 % → one-step 60 %, control 40 %; 10 % of buckets change hands: control → one-step 10 %

flag new-header
  ~ rule r0a91e40bd2d826da: unit: accountId → visitorId; every unit is drawn anew

segment s1908f0691aef577e
  ~ when: country among 4 hashed values and not app.version < version 2.1.0 → country among 5 hashed values and not app.version < version 2.1.0

3 differences in 2 flags and 1 segment; 1 of them draw units anew
`;

describe("aplomb diff", () => {
  test.each([
    { args: "before after", code: 0, stdout: IN_WORDS },
    { args: "before after --exit-code", code: 1, stdout: IN_WORDS },
    { args: "before-build after", code: 0, stdout: IN_WORDS },
    { args: "public after-build", code: 0, stdout: IN_WORDS },
    { args: "before before --exit-code", code: 0, stdout: "No differences\n" },
    { args: "public before-build --exit-code", code: 0, stdout: "No differences\n" },
    {
      args: "before-build/web.production.bundle after-build/web.production.bundle",
      code: 0,
      stdout: OF_A_PAGE,
    },
    {
      args: "before-build/web.staging.bundle after --audience web.staging",
      code: 0,
      stdout: OF_A_PAGE,
    },
  ])("$args: $code", async ({ args, code, stdout }) => {
    expect(await runIn(dir, ["diff", ...args.split(" ")])).toEqual({ code, stdout, stderr: "" });
  });

  test.each([
    { args: "before-build/web.staging.bundle after", code: 1, said: /--audience: say which; after has service/ },
    { args: "before after --audience web.none", code: 1, said: /--audience: say which; before has service/ },
    { args: "nowhere after", code: 1, said: /ENOENT/ },
    { args: "before/flags after", code: 1, said: /before\/flags is none of these: a project/ },
    { args: "noise.bundle after --audience web.staging", code: 1, said: /MALFORMED/ },
    { args: "before", code: 2, said: /missing required argument 'after'/ },
  ])("$args: $code", async ({ args, code, said }) => {
    expect(await runIn(dir, ["diff", ...args.split(" ")])).toMatchObject({ code, stderr: expect.stringMatching(said) });
  });

  test("a broken project is shown with its lines", async () => {
    await cp(join(dir, "after"), join(dir, "broken"), { recursive: true });
    await writeFile(join(dir, "broken/flags/new-header.yaml"), "key: new-header\ntype: bool\n");
    const { code, stderr } = await runIn(dir, ["diff", "before", "broken"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("flags/new-header.yaml:2:7: error") });
  });

  test("for machines, as a process", { timeout: 60_000 }, async () => {
    const { code, stdout, stderr } = await run(["diff", "before", "after", "--json", "--exit-code"], dir);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      differs: true,
      audiences: { compared: ["service.production", "web.production", "web.staging"], added: [], removed: [] },
      changes: [
        { subject: "flag", key: "checkout", kind: "changed", part: "condition", name: "nordics", effect: "answers" },
        { part: "split" },
        { part: "note", audiences: ["service.production"] },
        { part: "split", audiences: ["web.production", "web.staging"] },
        { key: "new-header", part: "unit", effect: "buckets", audiences: ["service.production"] },
        { key: "new-header", part: "unit", effect: "buckets", audiences: ["web.production", "web.staging"] },
        { subject: "segment", part: "condition", audiences: ["web.production", "web.staging"] },
      ],
    });
  });

  test("colours on a terminal", async () => {
    const { stdout } = await runHere(["diff", join(dir, "before"), join(dir, "after")], { isTTY: true });
    expect(stdout).toContain("\u001b[1mflag checkout\u001b[22m");
  });
});
