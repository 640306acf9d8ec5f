/** aplomb import confidence, run as a process: what it writes, what it says, how it ends. @module */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBundle, resolve } from "@aplomb/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL, envelopeBytes, flag, rule, SECRET, stateBytes } from "../../../confidence/test/state-builder.js";
import { run } from "../../testdata/run-command.js";

const slow = { timeout: 60_000 };
const inProd = [rule("only-prod", { environments: ["environments/prod"] })];
const state = stateBytes({
  flags: [flag("checkout"), flag("only-prod", { rules: inProd }), flag("dotted.name")],
  segments: [ALL],
});
const leftOut = { entry: "flags/dotted.name", severity: "quarantined" };

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-import-"));
  await writeFile(join(dir, "state.pb"), state);
  await writeFile(join(dir, "envelope.pb"), envelopeBytes(state, "acct"));
  await writeFile(join(dir, "broken.pb"), state.subarray(0, -1));
  await writeFile(join(dir, "odd.pb"), envelopeBytes(stateBytes({ flags: [flag("f", { name: "\x1b[2J" })] }), "acct"));
  await writeFile(join(dir, "empty.pb"), "");
  await writeFile(join(dir, "page.html"), "<!doctype html><title>403</title>");
  await writeFile(join(dir, "garbage"), createHash("sha512").update("garbage").digest());
});
afterAll(() => rm(dir, { recursive: true }));

const importing = (args: string, env?: Record<string, string>) =>
  run(["import", "confidence", ...args.split(" ")], dir, env);

describe("what it writes", () => {
  test.each([
    { what: "by secret", args: `state.pb --account acct --client-secret ${SECRET}`, onlyProd: "MATCH" },
    {
      what: "by client",
      args: "envelope.pb --client clients/web",
      onlyProd: "NO_SEGMENT_MATCH",
      beside: { entry: "clients/web", message: /^no environment was given, so rules that ask for one are left out/ },
    },
    {
      what: "in environments",
      args: "envelope.pb --client clients/web --environment environments/test environments/prod",
      onlyProd: "MATCH",
      beside: { entry: "environments/test", message: /names this environment; it has environments\/prod$/ },
    },
  ])("$what: a bundle that answers", slow, async ({ what, args, onlyProd, beside }) => {
    const out = `${what}/new.bundle`;
    const { code, stdout, stderr } = await run(
      ["import", "confidence", ...args.split(" "), "--out", out, "--json"],
      dir,
    );
    const bundle = await readFile(join(dir, out));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      out,
      flags: ["checkout", "only-prod"],
      sizeBytes: bundle.length,
      sha256: createHash("sha256").update(bundle).digest("hex"),
      diagnostics: [
        ...(beside ? [{ ...beside, severity: "suspect", message: expect.stringMatching(beside.message) }] : []),
        { ...leftOut, message: expect.stringContaining("its key has a dot") },
      ],
    });
    const reasons = ["checkout", "only-prod"].map((key) => resolve(openBundle(bundle), key, {}).reason);
    expect(reasons).toEqual(["MATCH", onlyProd]);
  });

  test("for people: the result, and beside it what was left out", slow, async () => {
    const ended = await importing("envelope.pb --out people.bundle", { CONFIDENCE_CLIENT_SECRET: SECRET });
    expect(ended).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Imported 2 flags, \d+ bytes, into people\.bundle\n$/),
      stderr: expect.stringMatching(/^quarantined {2}flags\/dotted\.name: the flag is left out: its key has a dot/),
    });
  });

  test("names that a terminal would obey are written out", slow, async () => {
    const { code, stderr } = await importing("odd.pb --out odd.bundle", { CONFIDENCE_CLIENT_SECRET: SECRET });
    expect(code).toBe(0);
    expect(stderr).toBe(
      'quarantined  \\u{1b}[2J: the flag is left out: its name does not begin with "flags/", so it cannot be asked for\n',
    );
  });

  test("a client on the command line goes before a secret in the environment", slow, async () => {
    const env = { CONFIDENCE_CLIENT_SECRET: "secret-of-nobody" };
    expect(await importing("envelope.pb --client clients/web --out c.bundle", env)).toMatchObject({ code: 0 });
  });
});

describe("how it ends when it cannot", () => {
  test.each([
    { args: "broken.pb --client clients/web --out x", code: 1, said: /error: MALFORMED: this is no resolver state/ },
    { args: "broken.pb --client clients/web --out x", code: 1, said: /It has traces of one: fetch it again\./ },
    { args: "page.html --client clients/web --out x", code: 1, said: /It is text, such as an error page/ },
    {
      args: "garbage --client clients/web --out x",
      code: 1,
      said: /no resolver state: .* If it is encrypted .* decrypt it/,
    },
    { args: "empty.pb --account a --client clients/web --out x", code: 1, said: /it has no clients: is it complete\?/ },
    { args: "envelope.pb --client web --out x", code: 1, said: /does not know "web"; it has clients\/web\n$/ },
    {
      args: "state.pb --account accounts/acct --client c --out x",
      code: 1,
      said: /is a name; give the id behind accounts\//,
    },
    { args: "state.pb --client clients/web --out x", code: 1, said: /error: OPTION: account: the state is not in/ },
    {
      args: "envelope.pb --client-secret not-a-secret --out x",
      code: 1,
      said: /no credential "not…ret"; it has those of clients\/web\n$/,
    },
    { args: "envelope.pb --account other --client clients/web --out x", code: 1, said: /but the state is of "acct"/ },
    { args: "nowhere.pb --client clients/web --out x", code: 1, said: /ENOENT: no such file or directory/ },
    { args: "envelope.pb --client clients/web", code: 2, said: /required option '--out <file>' not specified/ },
    { args: "envelope.pb --out x", code: 2, said: /for whom\? Give --client-secret/ },
    { args: "envelope.pb --client c --client-secret s --out x", code: 2, said: /exclude each other/ },
    { args: "envelope.pb --client-secret s --environment e --out x", code: 2, said: /--environment needs --client/ },
  ])("$args: $code", slow, async ({ args, code, said }) => {
    expect(await importing(args)).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(said) });
  });

  test("a secret that is empty is none", slow, async () => {
    const ended = await importing("envelope.pb --out x", { CONFIDENCE_CLIENT_SECRET: "" });
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(/for whom\? Give --client-secret/) });
  });

  test("for machines", slow, async () => {
    const { code, stdout, stderr } = await importing("broken.pb --client clients/web --out x --json");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "MALFORMED" } });
  });
});
