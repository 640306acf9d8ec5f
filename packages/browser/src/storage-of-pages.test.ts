/** Pages whose storage, network or origin fails them: they work all the same, or say why they do not. @module */
import { findChromium } from "@aplomb/testkit/chromium";
import { STORAGE_FAILURES, type Tab } from "@aplomb/testkit/page-driver";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { exposeIn, openSite, type Site } from "./testing/open-site.js";

const isDeep = process.env.APLOMB_DEEP === "1";
/** The endpoint cannot be reached until the page says so. */
const unreachable = `const direct = fetch; window.fetch = (...request) =>
  window.isOnline ? direct(...request) : Promise.reject(new TypeError("Failed to fetch"));`;
/** NOT_READY for five seconds, ERROR from then on. */
const neverReady = expect.stringMatching(/^(NOT_READY|ERROR)$/);
/** The visitor's clock, far past any manifest's freshness. */
const yearsAhead = `const now = Date.now; Date.now = () => now() + 3 * 365 * 86_400_000;`;

describe.skipIf(!findChromium())("pages without what they need (needs Chromium)", { timeout: 60_000 }, () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  }, 60_000);
  afterEach(() => expect(site.driver.pageErrors).toEqual([]));
  afterAll(() => site.close());

  const statusOf = ({ page }: Tab) =>
    page.evaluate(() => {
      const { state, source, bundleVersion, error } = lab.flags.status;
      return { state, source, bundleVersion, code: error?.code };
    });
  const readsOn = ({ page }: Tab): Promise<boolean> =>
    page.evaluate(() => lab.flags.getBooleanValue("checkout.enabled", false, { targetingKey: "reader" }));
  /** Resolves once the last known good is in a storage of the page. */
  const isStored = async ({ page }: Tab): Promise<unknown> =>
    vi.waitUntil(() => page.evaluate(() => lab.storedBundles()).then((count) => count > 0), 5_000);

  test.each(STORAGE_FAILURES)(
    "A-12 $api $how: reads, exposes, and starts without the network where anything is kept",
    async (failure) => {
      const storageFailures = [failure];
      const unit = STORAGE_FAILURES.indexOf(failure);
      const tab = await site.openReady({ storageFailures, settings: { flushIntervalMs: 100 } });
      expect(await readsOn(tab)).toBe(true);
      await exposeIn(tab, unit, 1);
      await vi.waitUntil(() => site.units().includes(`u${unit}`), 5_000);
      expect(await tab.page.evaluate(() => lab.flags.flush())).toMatchObject({ pending: 0, dropped: 0 });
      await isStored(tab);
      await tab.page.close();
      const offline = await site.openReady({ storageFailures, initScript: unreachable });
      expect(await statusOf(offline)).toMatchObject({ state: "READY", source: "store", bundleVersion: 1 });
      await offline.page.close();
    },
  );

  test("A-12 no storage at all: memory", async () => {
    const storageFailures = [
      { api: "indexedDB", how: "denied" },
      { api: "localStorage", how: "denied" },
    ] as const;
    const tab = await site.openReady({ storageFailures, settings: { flushIntervalMs: 100 } });
    await exposeIn(tab, 50, 1);
    await vi.waitUntil(() => site.units().includes("u50"), 5_000);
    expect(await statusOf(tab)).toMatchObject({ state: "READY", source: "network" });
    await tab.page.close();
  });

  test("A-09 a returning visitor without network reads from what was kept, at once; past its freshness, as STALE", async () => {
    const first = await site.openReady();
    await isStored(first);
    await first.page.close();
    const tab = await site.openReady({ initScript: unreachable });
    expect(await readsOn(tab)).toBe(true);
    const tookMs = await tab.page.evaluate(() => lab.times.readyMs - lab.times.beganMs);
    console.info(`A-09 first read ${Math.round(tookMs)} ms after the script began`);
    if (isDeep) expect(tookMs).toBeLessThan(100);
    await tab.page.close();
    const yearsLater = await site.open({ initScript: `${unreachable} ${yearsAhead}` });
    await vi.waitUntil(() => readsOn(yearsLater), 5_000);
    expect(await statusOf(yearsLater)).toMatchObject({ state: "STALE", source: "store", bundleVersion: 1 });
    await yearsLater.page.close();
  });

  test("A-10 a new visitor without network gets defaults within five seconds, and flags once the network is back", async () => {
    const storageFailures = [
      { api: "indexedDB", how: "absent" },
      { api: "localStorage", how: "absent" },
    ] as const;
    const tab = await site.open({ storageFailures, initScript: unreachable });
    const tookMs = await tab.page.evaluate(async () => {
      const atMs = performance.now();
      await lab.flags.ready();
      return performance.now() - atMs;
    });
    expect(tookMs).toBeLessThan(5_200);
    expect(await readsOn(tab)).toBe(false);
    await tab.page.evaluate(() => Object.assign(window, { isOnline: true }));
    await vi.waitUntil(() => readsOn(tab), 30_000);
    expect(await statusOf(tab)).toMatchObject({ state: "READY", source: "network" });
    await tab.page.close();
  });

  test("W-15 a page that is not secure: nothing can be verified, every read gives its default and the status says why", async () => {
    const tab = await site.open({ isInsecure: true, settings: { flushIntervalMs: 100 } });
    await vi.waitUntil(async () => (await statusOf(tab)).code !== undefined, 10_000);
    expect(await statusOf(tab)).toMatchObject({ state: neverReady, code: "SIGNATURE", bundleVersion: 0 });
    expect(await readsOn(tab)).toBe(false);
    await tab.page.evaluate(() => lab.flags.track("seen"));
    await vi.waitUntil(() => site.endpoint.batches.some(({ trackEvents }) => trackEvents[0]?.name === "seen"), 5_000);
    await tab.page.close();
  });

  test("W-15 the same page unsigned: digests need a secure page, too, and the status says so", async () => {
    const tab = await site.open({ isInsecure: true, settings: { isUnsigned: true } });
    await vi.waitUntil(async () => (await statusOf(tab)).code !== undefined, 10_000);
    expect(await statusOf(tab)).toMatchObject({ state: neverReady, code: "SIGNATURE" });
    expect(await readsOn(tab)).toBe(false);
    await tab.page.close();
  });
});
