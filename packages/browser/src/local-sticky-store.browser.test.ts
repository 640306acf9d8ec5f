/** Sticky assignments in a real page: the client looks up by itself, and the next page keeps what this one was given. @module */
import { bundleBytes, createTestKeys, split } from "@aplomb/testkit";
import { afterEach, expect, test } from "vitest";
import { createFlagClient } from "./create-flag-client.js";
import { localStickyStore } from "./local-sticky-store.js";

const variants = ["a", "b"].map((name) => ({ name, value: { name } }));

function bundleGiving(variant: string): Uint8Array<ArrayBuffer> {
  const rule = split("keeps", "everyone", { [variant]: 100 });
  const kept = ["a", "b"].map((name) => ({ id: `kept/${name}`, outcome: { case: "variant" as const, value: name } }));
  const assignments = [...(rule.split?.assignments ?? []), ...kept];
  const sticky = { ...rule, split: { bucketCount: 100, assignments }, materialization: { read: "m", write: "m" } };
  return bundleBytes({ segments: { everyone: {} }, flags: { keep: { variants, rules: [sticky] } } });
}

const name = `sticky-${crypto.randomUUID()}`;
afterEach(() => localStorage.removeItem(name));

test("what one page was given, the next keeps", async () => {
  const trustDomain = crypto.randomUUID();
  const keys = await createTestKeys({ trustDomain });
  const seen: string[] = [];
  for (const variant of ["a", "b"]) {
    const client = createFlagClient({
      ...{
        endpoint: "https://flags.invalid",
        clientKey: "public",
        context: { targetingKey: "visitor-1" },
        logger: null,
      },
      trust: { root: keys.rootEnvelope, audience: "web.test" },
      bootstrap: await keys.seal(bundleGiving(variant)),
      source: { fetchManifest: async () => undefined, fetchBundle: () => Promise.reject(new Error("offline")) },
      sink: { publish: async () => ({ duplicate: false, rejected: [] }) },
      store: {
        load: async () => ({ bundles: [], envelopes: [], roots: [] }),
        save: async () => {},
        saveRoots: async () => {},
      },
      stickyStore: localStickyStore(name),
    });
    await client.ready();
    seen.push(client.getStringValue("keep.name", "none"));
    await client.close();
  }
  expect(seen).toEqual(["a", "a"]);
  expect(localStorage.getItem(name)).toContain("visitor-1");
});
