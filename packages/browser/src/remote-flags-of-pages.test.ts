/** A flag that a page only knows by name, asked for across origins at the real endpoint, in a real browser. @module */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { FlagState } from "@aplomb/proto/bundle";
import { createResolveServer, openEmbeddedStore, openPublication } from "@aplomb/server";
import { bundleBytes, createTestKeys, equalTo, fullRollout, segmentOf } from "@aplomb/testkit";
import { findChromium } from "@aplomb/testkit/chromium";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { isReady, openSite, type Site } from "./testing/open-site.js";

const keys = await createTestKeys({ audience: "web.test" });
const whole = bundleBytes({
  segments: { vips: segmentOf(equalTo("targeting_key", "jane")) },
  flags: { beta: { variants: [{ name: "on", value: { value: true } }], rules: [fullRollout("r1", "vips", "on")] } },
});

const patience = { timeout: 10_000, interval: 50 };

async function put(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

async function publish(directory: string): Promise<void> {
  const file = Buffer.concat([Buffer.alloc(32, 1), whole]);
  const sha256 = createHash("sha256").update(file).digest();
  const sealed = await keys.seal(bundleBytes({ flags: { beta: { state: FlagState.REMOTE } } }), {
    remoteBundle: { sha256: new Uint8Array(sha256), sizeBytes: BigInt(file.length) },
  });
  await put(join(directory, "published.remote/web.test", sha256.toString("hex")), file);
  await put(join(directory, "published/v1/web.test/b", sealed.sha256), sealed.bundle);
  await put(join(directory, "published/v1/web.test/manifest"), sealed.manifest);
}

async function startEndpoint(directory: string) {
  await publish(directory);
  const publication = await openPublication(join(directory, "published"));
  const store = await openEmbeddedStore(join(directory, "exposures.db"));
  const clients = [{ kind: "browser", audience: "web.test", key: "public" } as const];
  const server = await createResolveServer({ publication, store, clients, logger: false });
  const exposed = async () => {
    const units: string[] = [];
    for await (const { flag, variant, unit } of store.readExposures()) units.push(`${flag} ${variant} ${unit}`);
    return units;
  };
  const close = async () => {
    await server.close();
    await store.close();
  };
  return { url: server.url, exposed, close };
}

describe.skipIf(!findChromium())("remote flags in a page (needs Chromium)", { timeout: 60_000 }, () => {
  let site: Site;
  let directory: string;
  let endpoint: Awaited<ReturnType<typeof startEndpoint>>;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "aplomb-"));
    [site, endpoint] = await Promise.all([openSite(), startEndpoint(directory)]);
  }, 60_000);
  afterAll(async () => {
    await site.close();
    await endpoint.close();
    await rm(directory, { recursive: true });
  });

  test("the page asks by itself whenever its context changes, and exposes once what it met", async () => {
    const root = Buffer.from(keys.rootEnvelope).toString("base64");
    const tab = await site.open({ settings: { endpoint: endpoint.url, root } });
    await isReady(tab);
    const read = () => tab.page.evaluate(() => lab.flags.getBooleanDetails("beta", false));
    const become = (targetingKey: string) =>
      tab.page.evaluate((key) => {
        lab.flags.setContext({ targetingKey: key });
        return lab.flags.getBooleanDetails("beta", false).errorCode;
      }, targetingKey);
    expect(await become("jane")).toBe("PROVIDER_NOT_READY");
    await vi.waitUntil(async () => (await read()).value, patience);
    expect(await read()).toMatchObject({ variant: "on", reason: "TARGETING_MATCH" });
    expect(await become("joe")).toBe("PROVIDER_NOT_READY");
    await vi.waitUntil(async () => (await read()).reason === "DEFAULT", patience);
    expect(await tab.page.evaluate(() => lab.flags.flush())).toMatchObject({ delivered: 1, pending: 0 });
    expect(await endpoint.exposed()).toEqual(["beta on jane"]);
    expect(site.driver.pageErrors).toEqual([]);
  });
});
