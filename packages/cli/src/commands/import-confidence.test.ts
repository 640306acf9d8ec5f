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
});
afterAll(() => rm(dir, { recursive: true }));

const importing = (args: string, env?: Record<string, string>) =>
  run(["import", "confidence", ...args.split(" ")], dir, env);

describe("what it writes", () => {
  test.each([
    { what: "by secret", args: `state.pb --account acct --client-secret ${SECRET}`, onlyProd: "MATCH" },
    { what: "by client", args: "envelope.pb --client clients/web", onlyProd: "NO_SEGMENT_MATCH" },
    {
      what: "in environments",
      args: "envelope.pb --client clients/web --environment environments/test environments/prod",
      onlyProd: "MATCH",
    },
  ])("$what: a bundle that answers", slow, async ({ what, args, onlyProd }) => {
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
      diagnostics: [{ ...leftOut, message: expect.stringContaining("its key has a dot") }],
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

  test("a client on the command line goes before a secret in the environment", slow, async () => {
    const env = { CONFIDENCE_CLIENT_SECRET: "secret-of-nobody" };
    expect(await importing("envelope.pb --client clients/web --out c.bundle", env)).toMatchObject({ code: 0 });
  });
});

describe("how it ends when it cannot", () => {
  test.each([
    { args: "broken.pb --client clients/web --out x", code: 1, said: /error: MALFORMED: this is no resolver state/ },
    { args: "state.pb --client clients/web --out x", code: 1, said: /error: OPTION: account: the state is not in/ },
    { args: "envelope.pb --client-secret not-a-secret --out x", code: 1, said: /no credential "not…ret"\n$/ },
    { args: "envelope.pb --account other --client clients/web --out x", code: 1, said: /but the state is of "acct"/ },
    { args: "nowhere.pb --client clients/web --out x", code: 1, said: /ENOENT: no such file or directory/ },
    { args: "envelope.pb --client clients/web", code: 2, said: /required option '--out <file>' not specified/ },
    { args: "envelope.pb --out x", code: 2, said: /for whom\? Give --client-secret/ },
    { args: "envelope.pb --client c --client-secret s --out x", code: 2, said: /exclude each other/ },
    { args: "envelope.pb --client-secret s --environment e --out x", code: 2, said: /--environment needs --client/ },
  ])("$args: $code", slow, async ({ args, code, said }) => {
    expect(await importing(args)).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(said) });
  });

  test("for machines", slow, async () => {
    const { code, stdout, stderr } = await importing("broken.pb --client clients/web --out x --json");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "MALFORMED" } });
  });
});
