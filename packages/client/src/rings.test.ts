/** Clients in rings: which address they ask, whose manifest they take, and what they keep when their ring changes. @module */
import { type FlagErrorCode, ringOf } from "@aplomb/core";
import { type SealedBundle, until } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import type { BundleStore, StoreContents } from "./bundle-store.js";
import { createClient } from "./create-client.js";
import { AUDIENCE, keys, rolledOut, seal } from "./testing/sealed-bundles.js";
import { createTestHost } from "./testing/test-host.js";

const installIdIn = (ring: number): string => {
  for (let index = 0; ; index++) {
    const id = index.toString(16).padStart(32, "0");
    if (ringOf(id, AUDIENCE) === ring) return id;
  }
};
const sealed = (version: number, ring: number) =>
  seal({ checkout: rolledOut(version % 2 ? "on" : "off") }, { version: BigInt(version), ring });

/** A store that remembers, with an install id in a ring. */
function memoryStore(ring: number, contents: StoreContents = { bundles: [], envelopes: [], roots: [] }) {
  const kept = { ...contents };
  const store: BundleStore = {
    load: async () => kept,
    save: async (_name, bundle) => void Object.assign(kept, { bundles: [bundle] }),
    saveRoots: async () => undefined,
    installId: async () => installIdIn(ring),
  };
  return { store, kept };
}

/** A server of files: manifests by their paths, below the audience. */
function serving(manifests: Readonly<Record<string, SealedBundle>>) {
  const asked: string[] = [];
  const fetch = async (input: string | URL | Request): Promise<Response> => {
    const path = String(input).split(`/v1/${AUDIENCE}/`)[1] ?? "";
    asked.push(path);
    const bundle = Object.values(manifests).find(({ sha256 }) => path === `b/${sha256}`)?.bundle;
    const bytes = manifests[path]?.manifest ?? bundle;
    return bytes ? new Response(bytes) : new Response("", { status: 404 });
  };
  return { asked, fetch };
}

/** One client's first load: what it asked for, what answers, and what it refused. */
async function loadOnce(options: {
  readonly manifests: Readonly<Record<string, SealedBundle>>;
  readonly rings?: boolean;
  readonly store?: BundleStore;
}): Promise<{ asked: readonly string[]; version: number; code: FlagErrorCode | undefined }> {
  const { asked, fetch } = serving(options.manifests);
  const { store, rings = true } = options;
  const client = createClient(
    {
      ...{ endpoint: "https://flags.example.com", clientKey: "key", fetch: fetch as typeof globalThis.fetch },
      ...{ trust: { root: keys.rootEnvelope, audience: AUDIENCE }, refresh: { rings }, logger: null },
      ...(store && { store }),
    },
    createTestHost(),
  );
  await until(() => asked.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await until(() => client.status.bundleVersion > 0 || client.status.error !== undefined);
  const { bundleVersion, error } = client.status;
  await client.close();
  return { asked: asked.filter((path) => path.startsWith("manifest")), version: bundleVersion, code: error?.code };
}

const everybodys = await sealed(1, 0);
const second = await sealed(2, 2);
const first = await sealed(3, 1);
const all = { manifest: everybodys, "manifest/2": second, "manifest/1": first };

describe("the address", () => {
  test.each([
    { ring: 1, asked: ["manifest/1"], version: 3 },
    { ring: 2, asked: ["manifest/2"], version: 2 },
    { ring: 0, asked: ["manifest"], version: 1 },
  ])("a client in ring $ring gets version $version", async ({ ring, ...expected }) => {
    expect(await loadOnce({ manifests: all, store: memoryStore(ring).store })).toEqual({
      ...expected,
      code: undefined,
    });
  });

  test("rings are off by default, whatever id the store has", async () => {
    const { store } = memoryStore(1);
    expect(await loadOnce({ manifests: all, store, rings: false })).toMatchObject({ asked: ["manifest"], version: 1 });
  });

  test("without a store, versions come with everybody's", async () => {
    expect(await loadOnce({ manifests: all })).toMatchObject({ asked: ["manifest"], version: 1 });
  });

  test("where nobody publishes in rings, everybody's manifest is asked for", async () => {
    const found = await loadOnce({ manifests: { manifest: everybodys }, store: memoryStore(1).store });
    expect(found).toEqual({ asked: ["manifest/1", "manifest"], version: 1, code: undefined });
  });
});

describe("a manifest of another ring", () => {
  test.each([
    { title: "the first ring's, at everybody's address", ring: 0, manifests: { manifest: first } },
    { title: "the first ring's, at the second's", ring: 2, manifests: { "manifest/2": first } },
    { title: "the second ring's, at the first's", ring: 1, manifests: { "manifest/1": second } },
  ])("$title, is refused", async ({ ring, manifests }) => {
    expect(await loadOnce({ manifests, store: memoryStore(ring).store })).toMatchObject({
      version: 0,
      code: "AUDIENCE",
    });
  });

  test("everybody's, at the first ring's address, is taken", async () => {
    const manifests = { "manifest/1": everybodys };
    expect(await loadOnce({ manifests, store: memoryStore(1).store })).toMatchObject({ version: 1, code: undefined });
  });
});

describe("an installation whose ring changes", () => {
  test("keeps what it has until everybody is as far: it never goes back", async () => {
    const early = memoryStore(1);
    expect(await loadOnce({ manifests: all, store: early.store })).toMatchObject({ version: 3 });
    const late = memoryStore(0, early.kept);
    expect(await loadOnce({ manifests: all, store: late.store })).toMatchObject({ version: 3, code: "ROLLBACK" });
    const manifests = { manifest: await sealed(4, 0) };
    expect(await loadOnce({ manifests, store: late.store })).toMatchObject({ version: 4, code: undefined });
  });
});
