/** Drives a real Chromium through what happens to pages: tabs, lifecycle, crashes, outages, broken storage. @module */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, type Browser as Connection, chromium, type Page } from "playwright-core";
import { chromiumHint, findChromium } from "../chromium.js";
import { type ChromiumProcess, startChromium } from "./chromium-process.js";
import { type StorageFailure, storageFailureScript } from "./storage-failure.js";
import { createTab, type Tab } from "./tab.js";

/** How a tab opens. */
export interface TabOptions {
  /** What is wrong with storage in every document of this tab. */
  readonly storageFailures?: readonly StorageFailure[];
  /** JavaScript that runs first in every document of this tab. */
  readonly initScript?: string;
}

/** One browser, one profile, any number of tabs in one window: the one in front is visible, the others are hidden. */
export interface PageDriver {
  /** Opens a tab in front of the others, and a page in it; resolves once that has loaded. */
  openTab(url: string, options?: TabOptions): Promise<Tab>;
  /** What went wrong in any page: uncaught errors and unhandled rejections, as text. */
  readonly pageErrors: readonly string[];
  /** SIGKILL to the whole browser. The profile keeps what had reached the disk. */
  kill(): Promise<void>;
  /** Starts the browser again on the same profile, without tabs; ends it first if it runs. */
  restart(): Promise<void>;
  /** Ends the browser and removes the profile. */
  close(): Promise<void>;
}

/**
 * Starts a browser on a new profile.
 *
 * @param executablePath - Default: the Chromium of this machine.
 * @throws Error if there is none, or if it does not start.
 * @example
 * const driver = await startPageDriver();
 * const tab = await driver.openTab(server.url);
 * await tab.freeze();
 * await tab.resume();
 */
export async function startPageDriver(executablePath: string | undefined = findChromium()): Promise<PageDriver> {
  if (executablePath === undefined) throw new Error(chromiumHint);
  const profile = await mkdtemp(join(tmpdir(), "aplomb-profile-"));
  const pageErrors: string[] = [];
  let life = await startLife(executablePath, profile, pageErrors);
  const end = async (): Promise<void> => {
    await life.process.kill();
    // The connection notices the death by itself; this only waits for it.
    await life.connection.close().catch(() => {});
  };
  return {
    pageErrors,
    async openTab(url, { storageFailures = [], initScript } = {}) {
      const page = await life.context.newPage();
      for (const failure of storageFailures) await page.addInitScript({ content: storageFailureScript(failure) });
      if (initScript !== undefined) await page.addInitScript({ content: initScript });
      const tab = await createTab(page, life.cover);
      await tab.open(url);
      return tab;
    },
    kill: end,
    async restart() {
      await end();
      life = await startLife(executablePath, profile, pageErrors);
    },
    async close() {
      await end();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

interface BrowserLife {
  readonly process: ChromiumProcess;
  readonly connection: Connection;
  readonly context: BrowserContext;
  /** An empty tab: in front of the others, it hides them. */
  readonly cover: Page;
}

async function startLife(executablePath: string, profile: string, pageErrors: string[]): Promise<BrowserLife> {
  const process = await startChromium(executablePath, profile);
  // Without the usual overrides: they would keep every page focused and visible.
  const connection = await chromium.connectOverCDP(process.devtoolsUrl, { noDefaults: true });
  const [context] = connection.contexts();
  if (!context) throw new Error("Chromium has no default context");
  context.on("weberror", (error) => pageErrors.push(error.error().message));
  return { process, connection, context, cover: context.pages()[0] ?? (await context.newPage()) };
}
