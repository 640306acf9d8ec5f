/** What a page has not got out when it ends, the next one sends, once: driven from outside, in a real browser. @module */
import { until } from "@aplomb/testkit";
import { findChromium } from "@aplomb/testkit/chromium";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { exposeIn, hasKept, openSite, type Site } from "./testing/open-site.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** A client that sends nothing by itself for a while. */
const settings = { flushIntervalMs: 60_000 };

describe.skipIf(!findChromium())(
  "the outbox of pages (needs Chromium)",
  { timeout: isDeep ? 1_800_000 : 60_000 },
  () => {
    let site: Site;
    beforeAll(async () => {
      site = await openSite();
    }, 60_000);
    afterEach(() => expect(site.driver.pageErrors).toEqual([]));
    afterAll(() => site.close());

    /** Units of one round, in the order of arrival: each round has a hundred of its own. */
    const unitsOf = (round: number): string[] =>
      site.units().filter((unit) => Math.floor(Number(unit.slice(1)) / 100) === round);
    const first = (round: number, count: number): string[] =>
      Array.from({ length: count }, (_, place) => `u${round * 100 + place}`);

    test.each([
      ["W-05 a page that crashes", isDeep ? 100 : 2, 0, false],
      ["W-06 a browser that is killed", isDeep ? 50 : 1, 1_000, true],
    ] as const)(
      "%s loses at most what it exposed in the last second; the next page sends the rest, once",
      async (...ending) => {
        const [id, rounds, from, isKill] = ending;
        const duplicatesBefore = site.endpoint.duplicates;
        let lost = 0;
        for (let round = from; round < from + rounds; round++) {
          const tab = await site.openReady({ settings });
          await exposeIn(tab, round * 100, 10);
          await wait(1_000);
          await exposeIn(tab, round * 100 + 10, 5);
          // As often as not before the last five can have been written.
          await wait(round % 2 === 0 ? 0 : 700);
          if (isKill) await site.driver.restart();
          else await tab.crash();
          if (!isKill) await tab.page.close();
          const next = await site.openReady();
          await until(() => unitsOf(round).length >= 10, 10_000);
          await hasKept(next, 0);
          expect(unitsOf(round).slice(0, 10)).toEqual(first(round, 10));
          expect(new Set(unitsOf(round)).size).toBe(unitsOf(round).length);
          lost += 15 - unitsOf(round).length;
          await next.page.close();
        }
        expect(lost).toBeLessThanOrEqual(5 * rounds);
        expect(site.endpoint.duplicates).toBe(duplicatesBefore);
        console.info(
          `${id}, ${rounds} times: of ${15 * rounds} exposures ${lost} of the last second lost, 0 older ones`,
        );
      },
    );

    test("W-02 the page leaves while another script holds the keepalive budget: sent by the next page if not by itself, once", async () => {
      const hog = `addEventListener("pagehide", () => void fetch("${site.endpoint.url}/x", { method: "POST", keepalive: true, body: new Uint8Array(61_440) }))`;
      for (let round = 2_000; round < (isDeep ? 2_050 : 2_002); round++) {
        const tab = await site.openReady({ settings, initScript: hog });
        await exposeIn(tab, round * 100, 40);
        await tab.open(site.elsewhere);
        await tab.page.close();
        const next = await site.openReady();
        await until(() => unitsOf(round).length >= 40, 10_000);
        await hasKept(next, 0);
        expect(unitsOf(round).sort()).toEqual(first(round, 40).sort());
        await next.page.close();
      }
    });

    test("a page that is hidden and cannot send keeps what it has; only when it is gone another takes it, under the same id", async () => {
      const round = 3_000;
      const tab = await site.openReady({ settings });
      await exposeIn(tab, round * 100, 8);
      // The outbox is loaded late, on a busy machine later than this.
      await hasKept(tab, 1);
      await tab.network({ offline: true });
      await tab.hide();
      await hasKept(tab, 1);
      const other = await site.openReady();
      await other.page.evaluate(() => lab.flags.flush());
      expect(await other.page.evaluate(() => [lab.counters?.recovered ?? 0, lab.flags.status.state])).toEqual([
        0,
        "READY",
      ]);
      expect(unitsOf(round)).toEqual([]);
      await tab.crash();
      await tab.page.close();
      const next = await site.openReady();
      await until(() => unitsOf(round).length === 8, 10_000);
      await hasKept(next, 0);
      expect(await next.page.evaluate(() => lab.counters)).toMatchObject({ recovered: 8, acked: 8, duplicateAcked: 0 });
      await Promise.all([other, next].map(({ page }) => page.close()));
    });

    test("consent that is denied deletes what is kept, of pages that are gone, too", async () => {
      const round = 4_000;
      const tab = await site.openReady({ settings });
      await exposeIn(tab, round * 100, 5);
      await hasKept(tab, 1);
      await tab.crash();
      await tab.page.close();
      const next = await site.openReady({ settings: { ...settings, consent: "pending" } });
      await exposeIn(next, round * 100 + 5, 5);
      await hasKept(next, 1);
      await next.page.evaluate(() => lab.flags.setConsent("denied"));
      await hasKept(next, 0);
      await next.page.evaluate(() => lab.flags.flush());
      expect(unitsOf(round)).toEqual([]);
      await next.page.close();
    });
  },
);
