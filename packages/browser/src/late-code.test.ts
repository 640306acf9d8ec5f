/** Pages whose late code does not come for a while: flags are read all the same, and what was exposed is sent at last. @module */
import { findChromium } from "@aplomb/testkit/chromium";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { exposeIn, isReady, openSite, type Site } from "./testing/open-site.js";

describe.skipIf(!findChromium())("the late code of pages (needs Chromium)", { timeout: 60_000 }, () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  }, 60_000);
  afterEach(() => expect(site.driver.pageErrors).toEqual([]));
  afterAll(() => site.close());

  test("is asked for again until it comes: then exposures are sent, each once, and polls begin", async () => {
    let isCut = true;
    const tab = await site.driver.openTab(site.elsewhere);
    await tab.page.route(/\/(page-courier|index)-\w+\.js$/, (route) => (isCut ? route.abort() : route.continue()));
    await tab.page.goto(site.addressOf({ settings: { flushIntervalMs: 100, pollIntervalMs: 1_000 } }));
    await isReady(tab);
    await exposeIn(tab, 0, 20);
    await exposeIn(tab, 0, 20);
    const waiting = await tab.page.evaluate(() => lab.flags.flush({ timeoutMs: 300 }));
    expect(waiting).toEqual({ delivered: 0, pending: 20, dropped: 0 });
    await site.publish(2);
    expect(site.units()).toEqual([]);
    isCut = false;
    await vi.waitUntil(() => site.units().length >= 20, 20_000);
    expect(new Set(site.units()).size).toBe(20);
    await vi.waitUntil(() => tab.page.evaluate(() => lab.flags.status.bundleVersion === 2), 20_000);
    expect(await tab.page.evaluate(() => lab.flags.flush())).toMatchObject({ pending: 0, dropped: 0 });
    expect(site.units()).toHaveLength(20);
    await tab.page.close();
  });
});
