/** What holds for every command: help with examples that can be typed, exit codes, JSON, colours, and a place in the README. @module */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ALL, flag, stateBytes } from "../../confidence/test/state-builder.js";
import { type EndedHere, type HereOptions, runHere } from "../testdata/run-here.js";

const shop = fileURLToPath(new URL("../../authoring/testdata/shop", import.meta.url));
const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const start = process.cwd();
const slow = { timeout: 60_000 };
const ESCAPE = "\u001b[";

const COMMANDS =
  "keygen root build sign publish rollout verify inspect explain lint diff impact types serve export import".split(" ");
const WITHIN: Readonly<Record<string, readonly string[]>> = {
  root: ["init", "rotate", "revoke", "renew", "show"],
  rollout: ["status", "promote", "halt", "watch"],
  import: ["confidence"],
};
/** Every command that does something. */
const LEAVES = COMMANDS.flatMap((name) => WITHIN[name]?.map((inner) => `${name} ${inner}`) ?? [name]);

/** Those that need instances, or a version to take back: run by docs/rollout.md and by S-11. */
const ELSEWHERE = ["rollout promote", "rollout halt", "rollout watch"];
const HERE = LEAVES.filter((name) => !ELSEWHERE.includes(name));

/** Goes to a project of its own: what examples need beside it is there. */
function enterProject(): void {
  dir = mkdtempSync(join(tmpdir(), "aplomb-commands-"));
  cpSync(shop, dir, { recursive: true });
  writeFileSync(join(dir, "sample.jsonl"), '{"targetingKey":"user-1","country":"SE"}\n');
  writeFileSync(join(dir, "state.pb"), stateBytes({ flags: [flag("checkout")], segments: [ALL] }));
  mkdirSync(join(dir, ".aplomb"));
  // An empty file is a database without tables.
  writeFileSync(join(dir, ".aplomb", "exposures.db"), "");
  process.chdir(dir);
}

let dir: string;
beforeEach(enterProject);
afterEach(() => {
  process.chdir(start);
  rmSync(dir, { recursive: true });
});

/** Words as a shell would cut them: single quotes keep blanks. */
const wordsOf = (line: string): string[] =>
  (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'|'$/g, ""));
const running = (line: string, options?: HereOptions): Promise<EndedHere> => runHere(wordsOf(line), options);
const helpOf = async (name: string): Promise<string> => (await running(`${name} --help`)).stdout;

describe("help", () => {
  test("lists every command, and no other", async () => {
    const [, listed = ""] = (await helpOf("")).split("\nCommands:\n");
    const names = [...listed.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name);
    expect(names.slice(0, COMMANDS.length + 1)).toEqual([...COMMANDS, "help"]);
  });

  test.each(COMMANDS)("%s: examples with options that there are", async (name) => {
    const inner = WITHIN[name] ?? [];
    const texts = await Promise.all([helpOf(name), ...inner.map((leaf) => helpOf(`${name} ${leaf}`))]);
    const examples = texts.flatMap((text) => [...text.matchAll(/^ {2}(?:.*\| )?(?:\w+=\S+ )?aplomb (.*)$/gm)]);
    expect(examples.length).toBeGreaterThan(0);
    const all = texts.join("\n");
    for (const [, example = ""] of examples) {
      if (!example.startsWith(name)) continue;
      for (const [option] of example.replace(/ {3,}.*/, "").matchAll(/--[a-z-]+/g)) expect(all).toContain(`${option}`);
    }
  });

  test.each(LEAVES)("%s: --json, and 2 for an option that there is not", async (name) => {
    expect(await helpOf(name)).toContain("--json");
    const ended = await running(`${name} --nonsense`);
    expect(ended).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/^error: /) });
  });
});

/** The examples of the README's tables, in their order. */
const examples = [...readme.matchAll(/^\| `aplomb (.*?)` \| .* \|$/gm)].map(([, line = ""]) => line);
/** Those that end by themselves. */
const ending = examples.filter((line) => !line.startsWith("serve"));

/** Runs the README's examples in one project, one after the other. */
async function* runExamples(options: HereOptions, more = ""): AsyncGenerator<EndedHere & { line: string }> {
  for (const line of ending) {
    const { stdout } = line.includes("KEYID") ? await running("root show --json") : { stdout: "{}" };
    const { bundleRole } = JSON.parse(stdout) as { bundleRole?: { keyids: string[] } };
    yield { line, ...(await running(line.replace("KEYID", bundleRole?.keyids[0] ?? "") + more, options)) };
  }
}

describe("the README", () => {
  test.each(HERE)("has an example of %s", (name) => {
    expect(examples.filter((line) => line.startsWith(name))).not.toEqual([]);
  });

  test("its examples do what they say, without colours where nobody looks", slow, async () => {
    let count = 0;
    for await (const ended of runExamples({})) {
      count += 1;
      expect(ended).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(/^[^\u001b]+$/) });
    }
    expect(count).toBe(HERE.length);
  });

  test("on a terminal, in colours where there is something to tell apart", slow, async () => {
    const plain: string[] = [];
    for await (const { line, stdout } of runExamples({ isTTY: true })) if (!stdout.includes(ESCAPE)) plain.push(line);
    expect(plain).toEqual([expect.stringMatching(/^lint/), expect.stringMatching(/^diff/)]);
  });

  test.each([{ NO_COLOR: "1", TERM: "xterm" }, { TERM: "dumb" }])(
    "on a terminal with %o, without",
    slow,
    async (env) => {
      for await (const { line, stdout, stderr } of runExamples({ isTTY: true, env })) {
        // Progress is taken back, and is no colour.
        expect({ line, text: (stdout + stderr).replaceAll("\u001b[K", "") }).not.toMatchObject({
          text: expect.stringContaining(ESCAPE),
        });
      }
    },
  );

  test("with --json, one line of JSON each", slow, async () => {
    for await (const { line, code, stdout, stderr } of runExamples({}, " --json")) {
      expect({ line, code, stderr, lines: stdout.split("\n").length }).toEqual({ line, code: 0, stderr: "", lines: 2 });
      expect({ line, ...JSON.parse(stdout) }).toMatchObject({ ok: true });
    }
  });

  test("shows the JSON of a file with an error", async () => {
    const shown = /```json\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
    const checkout = join(dir, "flags/checkout.yaml");
    writeFileSync(checkout, readFileSync(checkout, "utf8").replace("serve: control", "serve: contrl"));
    const { code, stdout, stderr } = await running("build --json");
    expect({ code, stderr, json: JSON.parse(stdout) }).toEqual({ code: 1, stderr: "", json: JSON.parse(shown) });
  });
});

describe("what cannot be used", () => {
  const failing = [
    "keygen nowhere",
    "root init --trust-domain d --root-key nowhere --bundle-key nowhere",
    "root rotate --keys nowhere",
    "root revoke 0123456789abcdef --keys nowhere",
    "root renew --keys nowhere",
    "root show --keys nowhere",
    "build nowhere",
    "sign nowhere",
    "publish public --build nowhere",
    "publish nowhere --refresh",
    "rollout status nowhere --audience web.test",
    "rollout promote nowhere --audience web.test --endpoint http://127.0.0.1:9",
    "rollout halt nowhere --audience web.test --keys nowhere --reason bad",
    "rollout watch nowhere --audience web.test --endpoint http://127.0.0.1:9",
    "verify nowhere",
    "inspect nowhere",
    "explain nowhere checkout --context {}",
    "lint nowhere",
    "diff nowhere .",
    "impact nowhere . --audience web.staging --contexts sample.jsonl",
    "types nowhere",
    "serve nowhere",
    "export nowhere --out rows.ndjson",
    "import confidence nowhere --client clients/web --out acme.bundle",
  ];
  test("is tried with every command", () => {
    expect(LEAVES.filter((name) => !failing.some((line) => line.startsWith(name)))).toEqual([]);
  });

  test.each(failing)("aplomb %s: 1, in words and as JSON", slow, async (line) => {
    const words = await running(line);
    expect(words).toMatchObject({ code: 1, stdout: expect.not.stringContaining(ESCAPE) });
    expect(words.stdout + words.stderr).not.toMatch(/something went wrong in aplomb itself/);
    const { code, stdout, stderr } = await running(`${line} --json`);
    expect({ code, stderr, json: JSON.parse(stdout) }).toMatchObject({ code: 1, stderr: "", json: { ok: false } });
  });
});
