/** Holds every verb of the page driver to what Chromium really does. @module */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Probe } from "../../test/probe-page.js";
import { findChromium } from "../chromium.js";
import { until } from "../until.js";
import { type PageDriver, startPageDriver } from "./page-driver.js";
import { type PageServer, startPageServer } from "./page-server.js";
import { STORAGE_FAILURES } from "./storage-failure.js";
import type { Tab } from "./tab.js";

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const seen = (page: Page): Promise<string[]> => page.evaluate(() => window.probe.seen);
const ticks = (page: Page): Promise<number> => page.evaluate(() => window.probe.ticks);
const write = (page: Page, ...args: Parameters<Probe["write"]>): Promise<string> =>
  page.evaluate((given) => window.probe.write(...given), args);
const read = (page: Page, api: Parameters<Probe["read"]>[0]): Promise<string> =>
  page.evaluate((given) => window.probe.read(given), api);

describe.skipIf(!findChromium())("startPageDriver (needs Chromium)", { timeout: 60_000 }, () => {
  let server: PageServer;
  let driver: PageDriver;
  const tabs: Tab[] = [];
  const open = async (...args: Parameters<PageDriver["openTab"]>): Promise<Tab> => {
    const tab = await driver.openTab(...args);
    tabs.push(tab);
    return tab;
  };

  beforeAll(async () => {
    server = await startPageServer({ script: new URL("../../test/probe-page.ts", import.meta.url) });
    driver = await startPageDriver();
  }, 60_000);
  afterEach(async () => {
    await Promise.all(tabs.splice(0).map(({ page }) => page.close().catch(() => {})));
  });
  afterAll(async () => {
    await driver.close();
    await server.close();
  });

  test("serves a bundle of the SDK's sources, in a secure context and outside of one", async () => {
    const { page } = await open(server.url);
    const state = (): [boolean, boolean, string] => [window.probe.hasClient, isSecureContext, typeof crypto.subtle];
    expect(await page.evaluate(state)).toEqual([true, true, "object"]);
    const { page: insecure } = await open(server.insecureUrl);
    expect(await insecure.evaluate(state)).toEqual([true, false, "undefined"]);
    expect((await fetch(`${server.url}missing.js`)).status).toBe(404);
  });

  test("hide and show change what is visible", async () => {
    const tab = await open(server.url);
    await tab.hide();
    await tab.show();
    const other = await open(server.url);
    await tab.page.waitForFunction(() => window.probe.seen.length === 4, undefined, { polling: 20 });
    expect(await seen(tab.page)).toEqual([
      "pageshow:false",
      "visibilitychange:hidden",
      "visibilitychange:visible",
      "visibilitychange:hidden",
    ]);
    expect(await seen(other.page)).toEqual(["pageshow:false"]);
  });

  test("freeze stops timers, resume lets them go on", async () => {
    const tab = await open(server.url);
    await tab.freeze();
    const atFreeze = await ticks(tab.page);
    await wait(300);
    expect(await ticks(tab.page)).toBeLessThanOrEqual(atFreeze + 1);
    await tab.resume();
    await tab.page.waitForFunction((before) => window.probe.ticks > before + 5, atFreeze);
    expect((await seen(tab.page)).slice(1)).toEqual([
      "visibilitychange:hidden",
      "freeze:hidden",
      "resume:hidden",
      "visibilitychange:visible",
    ]);
  });

  test("crash ends a page without a word, and no page of another site", async () => {
    const [tab, other] = [await open(server.url), await open(server.insecureUrl)];
    const leftBefore = server.requests.filter((path) => path === "/left").length;
    await tab.crash();
    await expect(tab.page.evaluate("1")).rejects.toThrow(/crash/i);
    expect(await other.page.evaluate("1 + 1")).toBe(2);
    expect(server.requests.filter((path) => path === "/left").length).toBe(leftBefore);
  });

  test("goBack brings back the kept page", async () => {
    const tab = await open(server.url, { initScript: "window.born = Math.random()" });
    const born = await tab.page.evaluate("born");
    await tab.open(`${server.insecureUrl}elsewhere`);
    expect(await tab.page.evaluate("born")).not.toBe(born);
    expect(await tab.goBack()).toEqual({ kept: true, reasons: [] });
    expect(await tab.page.evaluate("born")).toBe(born);
    const events = await seen(tab.page);
    expect(events).toContain("pagehide:true");
    expect(events).toContain("pageshow:true");
  });

  test("goBack says why a page was not kept", async () => {
    const tab = await open(server.url, { initScript: "window.addEventListener('unload', () => {})" });
    await tab.open(`${server.insecureUrl}elsewhere`);
    const { kept, reasons } = await tab.goBack();
    expect([kept, reasons.length > 0]).toEqual([false, true]);
    expect(reasons.join()).toMatch(/unload/i);
  });

  test("offline stops requests of this page alone", async () => {
    const [tab, other] = [await open(server.url), await open(server.url)];
    const ask = (page: Page): Promise<[boolean, number | string]> =>
      page.evaluate(async () => [navigator.onLine, await window.probe.fetch("/")]);
    await tab.network({ offline: true });
    expect([await ask(tab.page), await ask(other.page)]).toEqual([
      [false, "TypeError"],
      [true, 200],
    ]);
    await tab.network({});
    expect(await ask(tab.page)).toEqual([true, 200]);
    expect((await seen(tab.page)).filter((event) => /line$/.test(event))).toEqual(["offline", "online"]);
  });

  test("latency delays answers", async () => {
    const { page, network } = await open(server.url);
    await network({ latencyMs: 300 });
    const tookMs = await page.evaluate(async () => {
      const startMs = performance.now();
      await window.probe.fetch("/");
      return performance.now() - startMs;
    });
    expect(tookMs).toBeGreaterThanOrEqual(290);
  });

  test("tabs of one browser hear each other and share storage", async () => {
    const [tab, other] = [await open(server.url), await open(server.url)];
    await tab.page.evaluate(() => window.probe.say("hello"));
    await other.page.waitForFunction(() => window.probe.heard.length > 0);
    expect(await other.page.evaluate(() => window.probe.heard)).toEqual(["hello"]);
    expect(await write(tab.page, "localStorage", "shared")).toBe("written");
    expect(await read(other.page, "localStorage")).toBe("shared");
  });

  test("close tells the page, whose last request gets out", async () => {
    const tab = await open(server.url);
    const leftBefore = server.requests.filter((path) => path === "/left").length;
    await tab.close();
    await until(() => server.requests.filter((path) => path === "/left").length === leftBefore + 1);
    expect(tab.page.isClosed()).toBe(true);
  });

  const errorOf = { denied: "SecurityError", full: "QuotaExceededError", absent: "TypeError" };
  test.each(STORAGE_FAILURES)("$api $how fails, and the other works", async ({ api, how }) => {
    const { page } = await open(server.url, { storageFailures: [{ api, how }] });
    expect(await write(page, api, "x")).toBe(errorOf[how]);
    expect(await write(page, api === "indexedDB" ? "localStorage" : "indexedDB", "x")).toBe("written");
  });

  test("a quota is Chromium's own", async () => {
    const tab = await open(server.insecureUrl.replace("insecure", "narrow"));
    await tab.quota(1_000);
    expect(await write(tab.page, "indexedDB", "x".repeat(2_000_000))).toBe("QuotaExceededError");
    const wide = await open(server.insecureUrl.replace("insecure", "wide"));
    expect(await write(wide.page, "indexedDB", "x".repeat(2_000_000))).toBe("written");
  });

  test("a killed browser restarts with what had reached the disk", async () => {
    const tab = await open(server.url);
    expect(await write(tab.page, "indexedDB", "kept")).toBe("written");
    await driver.kill();
    await expect(tab.page.evaluate("1")).rejects.toThrow();
    await driver.restart();
    const { page } = await open(server.url);
    expect(await read(page, "indexedDB")).toBe("kept");
  });

  test("notes what goes wrong in pages", async () => {
    const before = driver.pageErrors.length;
    await open(server.url, { initScript: "Promise.reject(new Error('unheard'))" });
    await until(() => driver.pageErrors.length > before);
    expect(driver.pageErrors.slice(before)).toEqual(["unheard"]);
  });
});
