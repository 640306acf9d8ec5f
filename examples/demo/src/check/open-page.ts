/** The demo page in a real Chromium, driven by the check. @module */
import { mkdir } from "node:fs/promises";
import { chromiumArgs } from "@aplomb/testkit/chromium";
import { chromium, type Page } from "playwright-core";
import type { Closer } from "../closer.js";
import type { Outcome } from "../outcome.js";
import { EXPOSE_EVERYBODY } from "../page-handle.js";

const SHOWN_TIMEOUT_MS = 30_000;

/** The open page. */
export interface CheckedPage {
  /** Waits until every flag of every shopper is shown, and the checkout's button ends with a text; answers with all of it. */
  outcomes(count: number, buttonEnd: string): Promise<readonly Outcome[]>;
  /** Settles when the visible button ends with a text: when that was, in milliseconds since 1970 UTC. */
  buttonChanged(buttonEnd: string): Promise<number>;
  /** Sends what is queued; answers how many records still wait. */
  flush(): Promise<number>;
  /** How often the page was loaded. */
  readonly loads: () => number;
  /** What went wrong in the page so far. */
  readonly errors: readonly string[];
}

/**
 * Opens the page and waits for its checkout.
 *
 * @param profileDirectory - For Chromium; new, so that nothing is there from another run.
 */
export async function openPage(
  { url, executablePath, profileDirectory }: { url: string; executablePath: string; profileDirectory: string },
  closer: Closer,
): Promise<CheckedPage> {
  await mkdir(profileDirectory, { recursive: true });
  const context = await chromium.launchPersistentContext(profileDirectory, {
    ...{ executablePath, args: [...chromiumArgs], headless: true },
    ...{ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false },
  });
  closer.add("Chromium", () => context.close());
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(SHOWN_TIMEOUT_MS);
  const errors: string[] = [];
  let loads = 0;
  page.on("load", () => {
    loads += 1;
  });
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
  });
  await page.goto(`${url}${EXPOSE_EVERYBODY}`);
  await page.getByTestId("checkout-button").waitFor();
  return { ...readersOf(page), loads: () => loads, errors };
}

function readersOf(page: Page): Omit<CheckedPage, "loads" | "errors"> {
  return {
    async outcomes(count, buttonEnd) {
      const shown = await page.waitForFunction(
        ([wanted, end]) => {
          const outcomes = window.aplombDemo?.outcomes() ?? [];
          const buttons = outcomes.filter(({ flag }) => flag === "checkout").map(({ value }) => JSON.stringify(value));
          const isShown = outcomes.length === wanted && buttons.every((button) => button.includes(`${end}"`));
          return isShown && outcomes.every(({ reason }) => reason !== "ERROR") ? outcomes : undefined;
        },
        [count, buttonEnd] as const,
      );
      return (await shown.jsonValue()) ?? [];
    },
    async buttonChanged(buttonEnd) {
      const atMs = await page.evaluate((end) => window.aplombDemo?.buttonChanged(end), buttonEnd);
      return atMs ?? Number.NaN;
    },
    async flush() {
      const counts = await page.evaluate(() => window.aplombDemo?.flush());
      if (!counts) throw new Error("the page has no flag client");
      return counts.pending + counts.dropped;
    },
  };
}
