/** From a state in a file to an explanation, and to a publication: the way of a team that moves. @module */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publishBundles, readKeys } from "@aplomb/authoring";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  credential,
  drawn,
  envelopeBytes,
  flag,
  rule,
  SECRET,
  segment,
  stateBytes,
} from "../../../confidence/test/state-builder.js";
import { run } from "../../testdata/run-command.js";

const slow = { timeout: 60_000 };
/** Of this account, unit roug has bucket 567,493 of a million; in segments/s1, bucket 721 of a thousand: golden vectors. */
const account = "confidence-test";
const contexts = {
  drawn: { targeting_key: "roug", country: "SE" },
  elsewhere: { targeting_key: "roug", country: "US" },
  "not drawn": { targeting_key: "another", country: "SE" },
};

const variant = (name: string) => ({ case: "variant" as const, value: { variant: `flags/checkout/variants/${name}` } });
const experiment = rule("checkout", {
  name: "flags/checkout/rules/experiment",
  segment: "segments/s1",
  environments: ["environments/prod"],
  split: {
    bucketCount: 1_000,
    assignments: [
      {
        id: "control",
        outcome: variant("off"),
        ranges: [
          { lower: 0, upper: 721 },
          { lower: 722, upper: 1_000 },
        ],
      },
      { id: "treatment", outcome: variant("on"), ranges: [{ lower: 721, upper: 722 }] },
    ],
  },
});
const inSweden = {
  kind: {
    case: "attribute" as const,
    value: {
      path: "country",
      rule: { case: "eq" as const, value: { value: { kind: { case: "string" as const, value: "SE" } } } },
    },
  },
};
const state = stateBytes({
  flags: [flag("checkout", { rules: [experiment] })],
  segments: [segment("segments/s1", { a: inSweden })],
  bitsets: [drawn("segments/s1", [567_493])],
  clients: [{ name: "clients/web" }],
  credentials: [credential("clients/web/credentials/one", SECRET, ["environments/prod"])],
});

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-move-"));
  await writeFile(join(dir, "state.pb"), state);
  await writeFile(join(dir, "envelope.pb"), envelopeBytes(state, account));
  for (const [name, context] of Object.entries(contexts)) {
    await writeFile(join(dir, `${name}.json`), JSON.stringify(context));
  }
});
afterAll(() => rm(dir, { recursive: true }));

describe("imported, then explained", () => {
  const env = { CONFIDENCE_CLIENT_SECRET: SECRET };
  const importing = (args: string) =>
    run(["import", "confidence", ...args.split(" "), "--out", "web.bundle"], dir, env);
  const explaining = (context: string) =>
    run(["explain", "web.bundle", "checkout", "--context", `${context}.json`], dir);

  test.each([
    { what: "a bare state", args: `state.pb --account ${account}` },
    { what: "an envelope", args: "envelope.pb" },
    { what: "an envelope, for a client", args: "envelope.pb --client clients/web --environment environments/prod" },
  ])("$what gives the variant that it gave there", slow, async ({ args }) => {
    expect(await importing(args)).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringMatching(/^Imported 1 flag, /),
    });
    const { code, stdout, stderr } = await explaining("drawn");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^checkout → flags\/checkout\/variants\/on {2}MATCH\n/);
    for (const text of ["segments/s1", "flags/checkout/rules/experiment", "treatment", "721", "567493"]) {
      expect(stdout).toContain(text);
    }
  });

  test.each([
    { args: "envelope.pb", context: "elsewhere", why: "country = SE" },
    { args: "envelope.pb", context: "not drawn", why: "not drawn" },
    { args: "envelope.pb --client clients/web", context: "drawn", why: "NO_SEGMENT_MATCH" },
  ])("$args: nobody, $context", slow, async ({ args, context, why }) => {
    await importing(args);
    const { code, stdout } = await explaining(context);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^checkout → no variant {2}NO_SEGMENT_MATCH\n/);
    expect(stdout).toContain(why);
  });

  test("published by a program, it gives the same from the publication", slow, async () => {
    await importing("envelope.pb");
    await run(["keygen", "--dev", "--trust-domain", "shop.example", "--dir", "keys"], dir);
    const bytes = new Uint8Array(await readFile(join(dir, "web.bundle")));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const target = { audience: "service.production", kind: "service" as const, trustDomain: "shop.example" };
    const keys = await readKeys(join(dir, "keys"));
    await publishBundles([{ ...target, bytes, sha256, flags: ["checkout"] }], {
      dir: join(dir, "public"),
      keys,
      atMs: Date.now(),
    });
    const { code, stdout } = await run(["explain", "public", "checkout", "--context", "drawn.json"], dir);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/variants\/on {2}MATCH\n/) });
  });
});
