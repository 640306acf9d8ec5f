/** One tab, and what can happen to its page. @module */
import type { CDPSession, Page } from "playwright-core";
import { until } from "../until.js";

/** The network as one page sees it. */
export interface PageNetwork {
  /** No requests get out; `navigator.onLine` says so. Default: false. */
  readonly offline?: boolean;
  /** Added to every answer. Default: 0. */
  readonly latencyMs?: number;
  /** Either way. Default: no bound. */
  readonly bytesPerSecond?: number;
}

/** How a page came back by the history. */
export interface HistoryReturn {
  /** It was kept whole in the back/forward cache: `pageshow` with `persisted`. */
  readonly kept: boolean;
  /** Chromium's reasons, where it was not. */
  readonly reasons: readonly string[];
}

/** A tab. Scripts can be evaluated in its page even while it is hidden or frozen. */
export interface Tab {
  readonly page: Page;
  /** Loads a document in this tab, in front of the others. */
  open(url: string): Promise<void>;
  /** Goes back in the tab's history, and waits until the page is there. */
  goBack(): Promise<HistoryReturn>;
  /** Brings another tab to the front: `visibilitychange` to hidden. */
  hide(): Promise<void>;
  /** Brings this tab to the front: `visibilitychange` to visible. */
  show(): Promise<void>;
  /** Hides and freezes the page: `freeze`, then no timers and no answers until `resume`. */
  freeze(): Promise<void>;
  /** Thaws and shows the page: `resume`, then `visibilitychange`. */
  resume(): Promise<void>;
  /** Kills the page's renderer: no event, no last word. Other tabs of the same site may share it and die as well. */
  crash(): Promise<void>;
  /** Changes the network of this page until the next change. */
  network(state: PageNetwork): Promise<void>;
  /**
   * How much the page's origin may store; undefined: as much as usual. Chromium remembers for a minute how much room it
   * found for IndexedDB: set this before the origin's first write.
   */
  quota(bytes: number | undefined): Promise<void>;
  /** Closes the tab as a user does: the page is told (`pagehide`). */
  close(): Promise<void>;
}

/**
 * Takes control of a page.
 *
 * @param cover - An empty page of the same window.
 */
export async function createTab(page: Page, cover: Page): Promise<Tab> {
  const devtools = await page.context().newCDPSession(page);
  await Promise.all([devtools.send("Page.enable"), devtools.send("Network.enable")]);
  const visibility = (wanted: string): Promise<unknown> =>
    page.waitForFunction(`document.visibilityState === "${wanted}"`, undefined, { polling: 20 });
  const hide = async (): Promise<void> => {
    await cover.bringToFront();
    await visibility("hidden");
  };
  const show = async (): Promise<void> => {
    // What is in front already would not change: a thawed page stays hidden until it comes to the front again.
    await cover.bringToFront();
    await page.bringToFront();
    await visibility("visible");
  };
  return {
    page,
    async open(url) {
      await page.bringToFront();
      await page.goto(url);
    },
    goBack: () => goBack(page, devtools),
    hide,
    show,
    async freeze() {
      await hide();
      await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
    },
    async resume() {
      await devtools.send("Page.setWebLifecycleState", { state: "active" });
      await show();
    },
    async crash() {
      const crashed = page.waitForEvent("crash");
      // Nobody is left to answer this.
      devtools.send("Page.crash").catch(() => {});
      await crashed;
    },
    async network({ offline = false, latencyMs: latency = 0, bytesPerSecond = -1 }) {
      const throughput = { downloadThroughput: bytesPerSecond, uploadThroughput: bytesPerSecond };
      await devtools.send("Network.emulateNetworkConditions", { offline, latency, ...throughput });
    },
    async quota(bytes) {
      const { origin } = new URL(page.url());
      await devtools.send("Storage.overrideQuotaForOrigin", {
        origin,
        ...(bytes !== undefined && { quotaSize: bytes }),
      });
    },
    close: () => page.close({ runBeforeUnload: true }).then(() => until(() => page.isClosed())),
  };
}

async function goBack(page: Page, devtools: CDPSession): Promise<HistoryReturn> {
  const { currentIndex, entries } = await devtools.send("Page.getNavigationHistory");
  const entry = entries[currentIndex - 1];
  if (!entry) throw new Error(`nothing to go back to from ${page.url()}`);
  let kept: boolean | undefined;
  const reasons: string[] = [];
  devtools.on("Page.frameNavigated", ({ frame, type }) => {
    if (frame.parentId === undefined) kept ??= type === "BackForwardCacheRestore";
  });
  devtools.on("Page.backForwardCacheNotUsed", ({ notRestoredExplanations }) => {
    reasons.push(...notRestoredExplanations.map(({ reason }) => reason));
  });
  await devtools.send("Page.navigateToHistoryEntry", { entryId: entry.id });
  await until(() => kept !== undefined && page.url() === entry.url, 10_000);
  // A kept page has no load event to wait for.
  await page.waitForFunction(`document.readyState === "complete"`, undefined, { polling: 20 });
  return { kept: kept === true, reasons };
}
