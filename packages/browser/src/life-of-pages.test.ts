/** Hidden, frozen, offline, kept for the way back: what a page's client asks and sends meanwhile, and after. @module */
import { until } from "@aplomb/testkit";
import { findChromium } from "@aplomb/testkit/chromium";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { exposeIn, hasKept, openSite, type Site } from "./testing/open-site.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const TEN_MINUTES_MS = 600_000;
/** Ten minutes in earnest, or a moment. */
const LONG_MS = isDeep ? TEN_MINUTES_MS : 1_000;

/** Has the page note, when it is shown again, how long it takes to its next request. */
function notesFirstRequest(): void {
  const direct = window.fetch;
  addEventListener("pageshow", () => {
    const shownMs = performance.now();
    window.fetch = (...request) => {
      document.body.dataset.tookMs ??= String(performance.now() - shownMs);
      return direct(...request);
    };
  });
}

describe.skipIf(!findChromium())("the life of pages (needs Chromium)", { timeout: isDeep ? 1_800_000 : 60_000 }, () => {
  let site: Site;
  let next = 0;
  beforeAll(async () => {
    site = await openSite();
  }, 60_000);
  afterEach(() => expect(site.driver.pageErrors).toEqual([]));
  afterAll(() => site.close());

  /** So many units that no other test has: the first one's number, and how many of them are stored, once or twice. */
  function newUnits(count: number): { readonly from: number; stored(): string[] } {
    const from = next;
    next += count;
    const isOwn = (unit: string): boolean => Number(unit.slice(1)) >= from && Number(unit.slice(1)) < from + count;
    return { from, stored: () => site.units().filter(isOwn) };
  }
  /** Counts requests from now on; preflights do not count. */
  function counting(): { readonly polls: () => number; readonly sends: () => number } {
    const start = site.endpoint.requests.length;
    const count = (method: string, end: string) => (): number =>
      site.endpoint.requests.slice(start).filter((one) => one.method === method && one.path.endsWith(end)).length;
    return { polls: count("GET", "/manifest"), sends: count("POST", "/PublishExposures") };
  }

  test("W-04 hidden, frozen, thawed, shown, again and again, and left: each batch is stored once", async () => {
    const rounds = isDeep ? 100 : 4;
    const { from, stored } = newUnits(rounds * 3);
    const before = site.endpoint.duplicates;
    const tab = await site.openReady({ settings: { flushIntervalMs: 60_000 } });
    for (let round = 0; round < rounds; round++) {
      await exposeIn(tab, from + round * 3, 3);
      await (round % 2 ? tab.hide() : tab.freeze());
      await (round % 2 ? tab.show() : tab.resume());
    }
    await until(() => stored().length >= rounds * 3, 10_000);
    await hasKept(tab, 0);
    await tab.open(site.elsewhere);
    await tab.page.close();
    expect(new Set(stored()).size).toBe(rounds * 3);
    expect([stored().length, site.endpoint.duplicates - before]).toEqual([rounds * 3, 0]);
  });

  test("W-07 stays fit for the back/forward cache, in the middle of a flush, too; what it had is stored once", async () => {
    const rounds = isDeep ? 50 : 3;
    const { from, stored } = newUnits(rounds * 5);
    const tab = await site.openReady();
    await tab.network({ latencyMs: 100 });
    for (let round = 0; round < rounds; round++) {
      await exposeIn(tab, from + round * 5, 5);
      await tab.page.evaluate(() => void lab.flags.flush());
      await tab.open(site.elsewhere);
      expect(await tab.goBack()).toEqual({ kept: true, reasons: [] });
    }
    await until(() => stored().length >= rounds * 5, 10_000);
    await hasKept(tab, 0);
    expect(new Set(stored()).size).toBe(rounds * 5);
    expect(stored()).toHaveLength(rounds * 5);
    await tab.page.close();
  });

  test("W-07 another page of the site takes what a page in the cache could not send, and leaves it in the cache", async () => {
    const { from, stored } = newUnits(6);
    const initScript = `const direct = fetch; window.fetch = (url, init) =>
      init?.method === "POST" && !window.isOpen ? Promise.reject(new TypeError("closed")) : direct(url, init);`;
    const tab = await site.openReady({ settings: { flushIntervalMs: 60_000 }, initScript });
    await exposeIn(tab, from, 4);
    await tab.open(site.elsewhere);
    const other = await site.openReady();
    await until(() => stored().length === 4, 10_000);
    await hasKept(other, 0);
    await other.page.close();
    expect(await tab.goBack()).toEqual({ kept: true, reasons: [] });
    await tab.page.evaluate(() => Object.assign(window, { isOpen: true }));
    await exposeIn(tab, from + 4, 2);
    await tab.page.evaluate(() => lab.flags.flush({ timeoutMs: 20_000 }));
    expect(stored()).toHaveLength(6);
    await tab.page.close();
  });

  test("A-14 back from the cache after ten minutes: asks within a second, and its timers are not doubled", async () => {
    const tab = await site.openReady({ settings: { pollIntervalMs: 1_000 } });
    await until(() => site.endpoint.requests.length > 2);
    await tab.page.evaluate((byMs) => addEventListener("pagehide", () => lab.jump(byMs)), TEN_MINUTES_MS);
    await tab.page.evaluate(notesFirstRequest);
    await tab.open(site.elsewhere);
    const { polls } = counting();
    // The page's clock has gone on by ten minutes; by its own, Chromium keeps no page as long as that.
    await wait(LONG_MS * 0.9);
    expect(polls()).toBe(0);
    expect((await tab.goBack()).kept).toBe(true);
    await until(() => polls() > 0, 5_000);
    const tookMs = await tab.page.evaluate(() => Number(document.body.dataset.tookMs));
    // Drawn from one second, and a timer may be late.
    expect(tookMs).toBeLessThanOrEqual(1_100);
    await wait(3_000);
    // Each second ± 20 %: at most four in 3 s, where two chains of timers would ask seven times.
    expect(polls()).toBeGreaterThanOrEqual(2);
    expect(polls()).toBeLessThanOrEqual(5);
    console.info(
      `A-14 back after ten minutes: asked after ${Math.round(tookMs)} ms, ${polls()} polls in the next 3 s, one is due each second`,
    );
    await tab.page.close();
  });

  test("W-08 frozen for ten minutes: no requests; thawed: one poll, and what was kept", async () => {
    const { from, stored } = newUnits(3);
    const tab = await site.openReady({ settings: { flushIntervalMs: 60_000 } });
    await wait(500);
    await exposeIn(tab, from, 3);
    await tab.network({ offline: true });
    await tab.freeze();
    await tab.network({});
    const { polls, sends } = counting();
    await wait(LONG_MS);
    expect([polls(), sends()]).toEqual([0, 0]);
    await tab.page.evaluate((byMs) => lab.jump(byMs), TEN_MINUTES_MS);
    await tab.resume();
    await until(() => stored().length === 3 && polls() > 0, 20_000);
    await wait(1_500);
    expect([polls(), sends(), stored().length]).toEqual([1, 1, 3]);
    await tab.page.close();
  });

  test("W-09 offline for ten minutes with 500 exposures, then online: all of them stored once, in few requests", async () => {
    const { from, stored } = newUnits(500);
    const tab = await site.openReady({ settings: { flushIntervalMs: 500 } });
    await tab.network({ offline: true });
    for (let part = 0; part < 10; part++) {
      await exposeIn(tab, from + part * 50, 50);
      await wait(LONG_MS / 10);
    }
    const { sends } = counting();
    await tab.network({});
    await until(() => stored().length >= 500, isDeep ? 180_000 : 40_000);
    await hasKept(tab, 0);
    expect(new Set(stored()).size).toBe(500);
    expect(stored()).toHaveLength(500);
    expect(sends()).toBeLessThanOrEqual(isDeep ? 8 : 12);
    console.info(`W-09 500 exposures after an outage in ${sends()} requests`);
    await tab.page.close();
  });

  test("W-16 timers that fire only now and then: nothing is sent twice, and nothing stays", async () => {
    const { from, stored } = newUnits(40);
    const before = site.endpoint.duplicates;
    const everyMs = isDeep ? 60_000 : 1_000;
    const throttle = `const start = setTimeout; window.setTimeout = (run, ms = 0, ...rest) =>
      start(run, Math.ceil((performance.now() + ms) / ${everyMs}) * ${everyMs} - performance.now(), ...rest);`;
    const tab = await site.openReady({ initScript: throttle, settings: { flushIntervalMs: 200 } });
    for (let part = 0; part < 8; part++) {
      await exposeIn(tab, from + part * 5, 5);
      await wait(everyMs / 4);
    }
    await until(() => stored().length >= 40, everyMs * 5);
    await wait(everyMs);
    expect([stored().length, site.endpoint.duplicates - before]).toEqual([40, 0]);
    await tab.page.close();
  });
});
