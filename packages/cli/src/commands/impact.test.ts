/** aplomb impact over a sample of contexts: what is said, and how it ends. @module */
import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandFile, run } from "../../testdata/run-command.js";
import { runIn } from "../../testdata/run-in-process.js";

const shop = fileURLToPath(new URL("../../../authoring/testdata/shop", import.meta.url));
const countries = ["SE", "NO", "DE", "FR"];
const sample = Array.from({ length: 200 }, (_, index) =>
  JSON.stringify({ targetingKey: `user-${index}`, accountId: `a-${index % 40}`, country: countries[index % 4] }),
);

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-impact-"));
  await cp(shop, join(dir, "before"), { recursive: true });
  await cp(shop, join(dir, "after"), { recursive: true });
  const checkout = join(dir, "after/flags/checkout.yaml");
  const text = await readFile(checkout, "utf8");
  await writeFile(checkout, text.replace("{ one-step: 50, control: 50 }", "{ one-step: 60, control: 40 }"));
  await writeFile(join(dir, "sample.jsonl"), `${sample.join("\n")}\n`);
  await writeFile(join(dir, "bad.jsonl"), `${sample[0]}\n{"targetingKey":}\n\n[]\n`);
  await writeFile(join(dir, "empty.jsonl"), "\n");
  for (const side of ["before", "after"]) await runIn(dir, ["build", side, "--out", join(dir, `${side}-build`)]);
});
afterAll(() => rm(dir, { recursive: true }));

const service = ["--audience", "service.production"];
const measuring = (...args: string[]) => runIn(dir, ["impact", ...args]);

describe("aplomb impact", () => {
  test("who moves, from what to what, and why", async () => {
    const { code, stdout, stderr } = await measuring("before", "after", ...service, "--contexts", "sample.jsonl");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(
      /^checkout {2}(\d+) of 200 contexts move \([\d.]+ %\)\n +\1 {2}control → one-step, rule nordics\n/,
    );
    expect(stdout).toMatch(
      /the split is cut elsewhere, and the bucket is the same \(line \d+, unit user-\d+, bucket 5\d\d,\d{3}\)\n/,
    );
    expect(stdout).toMatch(
      /\n200 contexts, 4 flags: (\d+) of 800 answers move \([\d.]+ %\), for \1 contexts; 0 answers in another bucket\n$/,
    );
  });

  test.each([
    { args: "before after --max-moved 0", code: 1, said: /error: \d+ answers move; --max-moved allows 0\n$/ },
    { args: "before after --max-moved 100", code: 0, said: /^$/ },
    { args: "before before --max-moved 0", code: 0, said: /^$/ },
    { args: "before-build/service.production.bundle after --max-moved 0", code: 1, said: /answers move/ },
  ])("$args: $code", async ({ args, code, said }) => {
    const ended = await measuring(...args.split(" "), ...service, "--contexts", "sample.jsonl");
    expect(ended).toMatchObject({ code, stderr: expect.stringMatching(said) });
  });

  test.each([
    {
      args: "before after --audience web.staging --contexts bad.jsonl",
      code: 1,
      said: /^bad.jsonl:2:17: error: this is not JSON: .*\nbad.jsonl:4:1: error: this is not a context; .*\nerror: 2 lines/,
    },
    { args: "before after --audience web.staging --contexts empty.jsonl", code: 1, said: /the sample has no context/ },
    { args: "before after --contexts sample.jsonl", code: 1, said: /--audience: say which; after has service/ },
    { args: "before after --audience web.staging --contexts nowhere", code: 1, said: /ENOENT/ },
    {
      args: "before after --contexts sample.jsonl --max-moved -1",
      code: 2,
      said: /expected a whole number from 0/,
    },
    { args: "before after", code: 2, said: /required option '--contexts <file>' not specified/ },
  ])("$args: $code", async ({ args, code, said }) => {
    expect(await measuring(...args.split(" "))).toMatchObject({ code, stderr: expect.stringMatching(said) });
  });

  test("for machines, as a process", { timeout: 60_000 }, async () => {
    const args = ["impact", "before", "after", ...service, "--contexts", "sample.jsonl", "--max-moved", "0", "--json"];
    const { code, stdout, stderr } = await run(args, dir);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      contexts: 200,
      flags: 4,
      rebucketed: 0,
      badLines: { count: 0, lines: [] },
      changes: [{ flag: "checkout", movements: [{ from: "control", to: "one-step", ruleAfter: "nordics" }] }],
    });
  });

  test("from standard input, as a process", { timeout: 60_000 }, async () => {
    const cat = `cat sample.jsonl | "$0" "$@"`;
    const args = ["impact", "before", "after", ...service, "--contexts", "-", "--json"];
    const child = spawn("sh", ["-c", cat, process.execPath, commandFile, ...args], { cwd: dir });
    let stdout = "";
    for await (const chunk of child.stdout.setEncoding("utf8")) stdout += chunk;
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, contexts: 200 });
  });
});
