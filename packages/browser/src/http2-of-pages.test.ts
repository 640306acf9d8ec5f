/** N-11: connections of HTTP/2 that end, gently and not: the page's requests arrive all the same, each once. @module */
import { findChromium } from "@aplomb/testkit/chromium";
import { type CertificateAuthority, createCertificateAuthority } from "@aplomb/testkit/fault-proxy";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Http2Front, startHttp2Front } from "./testing/http2-front.js";
import { exposeIn, hasKept, isReady, openSite, type Site } from "./testing/open-site.js";

const count = process.env.APLOMB_DEEP === "1" ? 100 : 10;

describe.skipIf(!findChromium())("pages over HTTP/2 (needs Chromium)", { timeout: 120_000 }, () => {
  let site: Site;
  let authority: CertificateAuthority;
  let front: Http2Front;
  beforeAll(async () => {
    [site, authority] = await Promise.all([openSite(), createCertificateAuthority()]);
    front = await startHttp2Front(site.endpoint.url, await authority.issue());
  }, 60_000);
  afterAll(async () => {
    await site.close();
    await Promise.all([front.close(), authority.close()]);
  });

  test.each([
    ["GOAWAY while a request is under way", "goaway", 0],
    ["connections that are reset once they are idle", "reset", 1_000],
  ] as const)("N-11 %s: every batch is stored, once, with at most one retry", async (_, ending, from) => {
    const tab = await site.driver.openTab(site.elsewhere);
    const session = await tab.page.context().newCDPSession(tab.page);
    // The page trusts the test's authority.
    await session.send("Security.setIgnoreCertificateErrors", { ignore: true });
    await tab.open(site.addressOf({ settings: { endpoint: front.url, flushIntervalMs: 60_000 } }));
    await isReady(tab);
    const [sends, connections] = [front.sends, front.connections];
    front.ending = ending;
    for (let unit = from; unit < from + count; unit++) {
      await exposeIn(tab, unit, 1);
      const counts = await tab.page.evaluate(() => lab.flags.flush({ timeoutMs: 10_000 }));
      expect(counts).toEqual({ delivered: 1, pending: 0, dropped: 0 });
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    front.ending = "none";
    expect(front.connections - connections).toBeGreaterThanOrEqual(count / 2);
    expect(front.sends - sends).toBeLessThanOrEqual(2 * count);
    const stored = site.units().filter((unit) => Number(unit.slice(1)) >= from && Number(unit.slice(1)) < from + count);
    expect([stored.length, new Set(stored).size]).toEqual([count, count]);
    console.info(
      `N-11 ${ending}: ${count} batches in ${front.sends - sends} requests over ${front.connections - connections} connections`,
    );
    // The next page takes over what this one has kept.
    await hasKept(tab, 0);
    await tab.page.close();
  });
});
