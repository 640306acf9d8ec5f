/** A real Chromium with a profile of its own, which a test may kill and start again. @module */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from "playwright-core";
import { chromiumArgs, chromiumHint, findChromium } from "../../../../tooling/chromium.js";

const path = findChromium();

/** Why tests that need a browser are left out here; empty when they are not. */
export const leftOutBecause: string = path ? "" : ` (left out: ${chromiumHint})`;

/** A running browser. */
export interface Chromium {
  /** Opens a page and waits until its client can read. */
  open(address: string): Promise<Page>;
  /** The protocol session of a page. */
  sessionOf(page: Page): Promise<CDPSession>;
  readonly context: BrowserContext;
  /** Kills the browser as the system would, without a word to it; the profile stays. */
  kill(): Promise<void>;
  /** Ends it, and deletes the profile. */
  close(): Promise<void>;
}

/** A profile that outlives the browsers that use it, one after another. */
export function newProfile(): string {
  return mkdtempSync(join(tmpdir(), "aplomb-profile-"));
}

/** Starts a browser. */
export async function openChromium(profile: string = newProfile()): Promise<Chromium> {
  const args = [
    ...chromiumArgs,
    ...["--headless=new", "--remote-debugging-port=0", `--user-data-dir=${profile}`],
    // A site that is neither https nor localhost, so that the browser thinks it insecure.
    "--host-resolver-rules=MAP flags.test 127.0.0.1",
    "about:blank",
  ];
  const child = spawn(path as string, args, { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const browser = await chromium.connectOverCDP(await addressOf(child));
  const context = browser.contexts()[0] as BrowserContext;
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    await browser.close();
  };
  return {
    context,
    kill,
    async open(address) {
      const page = await context.newPage();
      await page.goto(address);
      await page.waitForFunction(() => globalThis.lab?.flags.status.state === "READY");
      return page;
    },
    sessionOf: (page) => context.newCDPSession(page),
    async close() {
      await endOf(browser, child, ended);
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function endOf(browser: Browser, child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill("SIGKILL");
  await ended;
  await browser.close();
}

/** Chromium says on its standard error where it listens. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk;
      const address = /ws:\/\/\S+/.exec(said)?.[0];
      if (address) resolve(address);
    });
    child.once("exit", () => reject(new Error(`Chromium ended before it listened: ${said}`)));
  });
}
