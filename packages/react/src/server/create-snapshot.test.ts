/** Tests of what a server hands to a page. @module */
import { describe, expect, test } from "vitest";
import { bundleOf } from "../../test/bundle-of.js";
import { createMemoryClient } from "../../test/memory-client.js";
import { createSnapshotReader } from "../snapshot-reader.js";
import { createSnapshot } from "./create-snapshot.js";
import { getFlag } from "./get-flag.js";
import { snapshotJson } from "./snapshot-json.js";

const flags = bundleOf({
  banner: { variant: "on", value: { text: "Hello", size: 3, style: { tone: "warm" } } },
  plan: { variant: "pro", value: { value: 7 } },
});
const context = { targetingKey: "ada", email: "ada@example.com", plan: "secret" };

describe("createSnapshot", () => {
  test("has values, variants and tokens, of the flags that were asked for", async () => {
    const client = createMemoryClient(flags);
    const snapshot = await createSnapshot(client, context, { flags: ["banner", "missing"] });
    expect(snapshot).toEqual({
      bundleVersion: 1,
      bundleId: "1".padStart(64, "0"),
      flags: {
        banner: {
          variant: "on",
          value: { text: "Hello", size: 3, style: { tone: "warm" } },
          reason: "SPLIT",
          exposure: expect.objectContaining({ rule: "all", unit: "ada" }),
        },
      },
    });
    expect(client.counts.exposes).toBe(0);
  });

  test("survives JSON, and carries nothing of the context but the unit", async () => {
    const snapshot = await createSnapshot(createMemoryClient(flags), context);
    const json = snapshotJson(snapshot);
    expect(JSON.parse(json)).toEqual(snapshot);
    expect(Object.keys(snapshot.flags)).toEqual(["banner", "plan"]);
    expect(json).not.toMatch(/example\.com|secret|"rules"|"segments"/);
  });

  test("is empty without a bundle", async () => {
    expect(await createSnapshot(createMemoryClient(), context)).toEqual({ bundleVersion: 0, bundleId: "", flags: {} });
  });

  test("no value breaks out of a script element", async () => {
    const value = { text: "</script><script>alert(1)</script><!--" };
    const client = createMemoryClient(bundleOf({ banner: { variant: "on", value } }));
    const json = snapshotJson(await createSnapshot(client, context));
    expect(json).not.toContain("<");
    expect(JSON.parse(json).flags.banner.value).toEqual(value);
  });
});

describe("a reader of a snapshot answers as the client that made it", () => {
  test.each([
    ["banner.text", ""],
    ["banner.text", 1],
    ["banner.size", 0],
    ["banner.style", {}],
    ["banner.style.tone", "x"],
    ["banner.nothing", "default"],
    ["banner", {}],
    ["banner", { text: "" }],
    ["banner", { other: 1 }],
    ["plan", 0],
    ["missing.text", "default"],
    ["__proto__", "default"],
    ["banner.__proto__", {}],
  ])("%s with the default %j", async (key, initial) => {
    const client = createMemoryClient(flags);
    const reader = createSnapshotReader(await createSnapshot(client, context), () => {});
    const [live, read] = [client.peekDetails(key, initial, context), reader.peekDetails(key, initial)];
    const outcome = ({ value, variant, reason, errorCode }: typeof live) => ({ value, variant, reason, errorCode });
    expect(outcome(read)).toEqual(outcome(live));
  });
});

describe("getFlag", () => {
  test.each<{ expose?: "auto" | "manual"; exposures: string[] }>([
    { exposures: ["banner:on:all:ada"] },
    { expose: "manual", exposures: [] },
  ])("with $expose exposes $exposures", async ({ exposures, ...options }) => {
    const client = createMemoryClient(flags);
    expect(await getFlag(client, "banner.text", "", context, options)).toBe("Hello");
    expect(client.exposures).toEqual(exposures);
  });

  test("answers the default without a bundle", async () => {
    expect(await getFlag(createMemoryClient(), "banner.text", "default", context)).toBe("default");
  });
});
