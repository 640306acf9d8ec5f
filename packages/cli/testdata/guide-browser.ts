/** The Chromium of a guide: one visitor, whose tab stays open while the guide goes on. @module */

import { chromiumArgs, findChromium } from "@aplomb/testkit/chromium";
import { type BrowserContext, chromium, type Page } from "playwright-core";

const PATIENCE_MS = 15_000;

/** What a visitor saw. */
export interface Look {
  /** The text of the page, from the new tab; and from the tab that was open all along, if it shows another one. */
  readonly output: string;
  /** 1 if the tabs differ, or something went wrong in the page: a script that failed, a policy that was violated. */
  readonly code: number;
}

/** A visitor's browser. */
export interface GuideBrowser {
  /** Opens an address in a new tab, and looks at the tab that was opened first as well. */
  look(url: string): Promise<Look>;
  close(): Promise<void>;
}

/** Whether guides can be run with their pages on this machine. */
export function hasBrowser(): boolean {
  return findChromium() !== undefined;
}

/** Starts Chromium with a profile: what a page keeps, the next start with the same directory finds. */
export async function openBrowser(profileDir: string): Promise<GuideBrowser> {
  const context = await chromium.launchPersistentContext(profileDir, {
    ...{ executablePath: findChromium() ?? "", args: [...chromiumArgs], headless: true },
    ...{ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false },
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  const firstTabs = new Map<string, Page>();
  return {
    async look(url) {
      const first = firstTabs.get(url);
      const tab = await openTab(context, complaints);
      await tab.goto(url);
      await settled(context);
      await tab.locator("body", { hasText: /\S/ }).waitFor();
      const shown = await tab.innerText("body");
      const before = (await first?.innerText("body")) ?? shown;
      if (first === undefined) firstTabs.set(url, tab);
      else await tab.close();
      const differences = before === shown ? [] : [`the tab that was open shows ${before}`];
      const failures = [...differences, ...complaints.splice(0)];
      return { output: `${[shown, ...failures].join("\n")}\n`, code: failures.length === 0 ? 0 : 1 };
    },
    close: () => context.close(),
  };
}

async function openTab(context: BrowserContext, complaints: string[]): Promise<Page> {
  const tab = await context.newPage();
  tab.on("pageerror", (error) => complaints.push(error.message));
  tab.on("console", (message) => {
    if (/Content Security Policy|CORS|TrustedHTML|TrustedScript/.test(message.text())) complaints.push(message.text());
  });
  return tab;
}

/** One tab asks for all. Once it has asked so often, each of them has polled twice, and dealt with the first answer: loads do not overlap. */
async function settled(context: BrowserContext): Promise<void> {
  for (let asked = 0; asked < 4; asked++) {
    await context.waitForEvent("request", (request) => request.url().endsWith("/manifest"));
  }
}
