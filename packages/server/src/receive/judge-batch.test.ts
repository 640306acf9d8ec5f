/** Exposures that cannot be true, over a real connection: refused, counted, and kept apart from all others. @module */
import { randomBytes } from "node:crypto";
import type { Exposure } from "@aplomb/core";
import { split } from "@aplomb/testkit";
import LibsqlDatabase from "libsql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { batchBytes, connectClient, exposure, unitsIn } from "../../test/batches.js";
import { pageKey, startEndpoint, type TestEndpoint } from "../../test/endpoint.js";

const variants = ["control", "treatment"].map((name) => ({ name, value: { value: name } }));
const bundleOf = (salt: string) => ({
  flags: {
    checkout: { variants, rules: [split("checkout/split", "everybody", { control: 50, treatment: 50 }, { salt })] },
  },
  segments: { everybody: {} },
});
const [lowUnit = "", highUnit = ""] = [...unitsIn("one", 0, 50, 1), ...unitsIn("one", 50, 100, 1)];

/** A unit of the first version's lower half, in its variant, unless told otherwise. */
const claim = (fields: Partial<Exposure>): Exposure =>
  exposure({
    ...{ flag: "checkout", variant: "control", rule: "checkout/split", assignmentId: "checkout/split/control" },
    ...{ unitSelector: "", unit: lowUnit, bundleVersion: 7, ...fields },
  });

let endpoint: TestEndpoint;
let digest: Buffer;
beforeAll(async () => {
  endpoint = await startEndpoint();
  digest = Buffer.from(await endpoint.publish("web.test", bundleOf("one"), { version: 7n }), "hex");
});
afterAll(() => endpoint.close());

const statusOf = (version: number, sha256: Uint8Array, epoch = 1) => ({
  ...{ epoch, version, sha256, ageMs: 0, rejectedVersion: 0, rejectedCode: "", quarantinedFlags: [] },
});

async function send(sent: readonly Exposure[], bundleStatus = statusOf(7, digest)) {
  const batch = batchBytes({ exposures: [...sent], bundleStatus });
  return await connectClient(endpoint.server.url, pageKey).publishExposures({ batch, sentAtMs: BigInt(Date.now()) });
}

async function storedUnits(): Promise<string[]> {
  const units: string[] = [];
  for await (const { unit } of endpoint.store.readExposures({ flag: "checkout" })) units.push(unit);
  return units;
}

describe("plausibility", () => {
  test.each<{ name: string; row: Exposure; code: string }>([
    { name: "a unit in another bucket", row: claim({ unit: highUnit }), code: "wrong_bucket" },
    { name: "a variant that is none", row: claim({ variant: "gold" }), code: "unknown_variant" },
    { name: "a rule that is none", row: claim({ rule: "nothing" }), code: "unknown_rule" },
    { name: "a flag that is none", row: claim({ flag: `x-${randomBytes(4).toString("hex")}` }), code: "unknown_flag" },
    { name: "a version far ahead", row: claim({ bundleVersion: 1_000 }), code: "unknown_version" },
  ])("$name is kept apart as $code; the row beside it is stored", async ({ row, code }) => {
    const { rejected } = await send([row, claim({})]);
    expect(rejected).toMatchObject([{ index: 0, trackEvent: false, code: "implausible" }]);
    expect(new Set(await storedUnits())).toEqual(new Set([lowUnit]));
    const metrics = await (await fetch(`${endpoint.server.url}/metrics`)).text();
    expect(metrics).toMatch(new RegExp(`^aplomb_exposures_judged_total\\{verdict="${code}"\\} [1-9]`, "m"));
    const database = new LibsqlDatabase(`${endpoint.directory}/exposures.db`, { readonly: true });
    const kept = database
      .prepare("select client, code, unit from implausible_exposures where exposure_id = ?")
      .all([row.exposureId]);
    database.close();
    expect(kept).toEqual([{ client: "web.test", code, unit: row.unit }]);
  });

  test.each<{ name: string; row: Exposure; status?: ReturnType<typeof statusOf> }>([
    { name: "a version that is not known any more", row: claim({ bundleVersion: 3, unit: highUnit }) },
    { name: "a version that another endpoint may have announced", row: claim({ bundleVersion: 8, unit: highUnit }) },
    {
      name: "a version of another epoch",
      row: claim({ bundleVersion: 1_000, unit: highUnit }),
      status: statusOf(1_000, new Uint8Array(32), 2),
    },
  ])("$name is accepted and counted as unjudged", async ({ row, status }) => {
    const unjudged = async (): Promise<number> => {
      const metrics = await (await fetch(`${endpoint.server.url}/metrics`)).text();
      return Number(/verdict="unjudged"\} (\d+)/.exec(metrics)?.[1] ?? 0);
    };
    const before = await unjudged();
    expect((await send([row], status)).rejected).toEqual([]);
    expect(await unjudged()).toBe(before + 1);
  });

  test("earlier versions are judged by their own bundles: those announced, and those kept that the client names", async () => {
    await endpoint.publish("web.test", bundleOf("two"), { version: 8n });
    const row = claim({ unit: highUnit });
    expect((await send([row], statusOf(8, digest))).rejected).toHaveLength(1);
    const named = claim({ unit: highUnit, bundleVersion: 5 });
    expect((await send([named], statusOf(5, digest))).rejected).toHaveLength(1);
    expect((await send([claim({ bundleVersion: 5 })], statusOf(5, digest))).rejected).toEqual([]);
  });
});
