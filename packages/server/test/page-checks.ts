/** Looks at a page in Chromium as people with other eyes and hands would: contrast, keyboard, and what it complains of. @module */
import type { Page } from "playwright-core";

/** What a page has done so far. */
export interface WatchedPage {
  /** Messages, errors, and violations of its policy. */
  complaints(): Promise<readonly string[]>;
  /** Every origin that it asked. */
  readonly origins: ReadonlySet<string>;
}

/** Watches a page from before it loads anything. */
export async function watchPage(page: Page): Promise<WatchedPage> {
  const said: string[] = [];
  const origins = new Set<string>();
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("request", (request) => origins.add(new URL(request.url()).origin));
  await page.addInitScript(() => {
    const violations: string[] = [];
    Object.assign(window, { violations });
    document.addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
  });
  const violations = (): Promise<string[]> =>
    page.evaluate(() => ("violations" in window ? (window.violations as string[]) : []));
  return { origins, complaints: async () => [...said, ...(await violations())] };
}

/** Visible texts whose colour is too close to what is behind them: WCAG 2.2, 1.4.3 (AA), computed from what the browser draws. */
export function contrastProblems(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    type Colour = readonly [red: number, green: number, blue: number, alpha: number];
    const colourOf = (css: string): Colour => {
      const [red = 0, green = 0, blue = 0, alpha = 1] = (css.match(/[\d.]+/g) ?? []).map(Number);
      return [red, green, blue, alpha];
    };
    const luminance = ([red, green, blue]: Colour): number => {
      const linear = [red, green, blue].map((part) =>
        part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
    };
    const backgroundOf = (element: Element | null): Colour => {
      for (let at = element; at; at = at.parentElement) {
        const colour = colourOf(getComputedStyle(at).backgroundColor);
        if (colour[3] === 1) return colour;
      }
      return [255, 255, 255, 1];
    };
    const problems = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!element || !node.textContent?.trim() || element.closest(".unseen, .skip, noscript")) continue;
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const front = luminance(colourOf(getComputedStyle(element).color));
      const behind = luminance(backgroundOf(element));
      const ratio = (Math.max(front, behind) + 0.05) / (Math.min(front, behind) + 0.05);
      if (ratio < 4.5)
        problems.add(`${ratio.toFixed(2)} ${element.className}: ${node.textContent.trim().slice(0, 40)}`);
    }
    return [...problems];
  });
}

/** Where the Tab key led. */
export interface FocusWalk {
  /** The names of what was reached, in order. */
  readonly order: readonly string[];
  /** What can be used with a pointer and was not reached. */
  readonly unreached: readonly string[];
  /** What was reached without showing so. */
  readonly unseen: readonly string[];
}

/** Presses Tab until the page is through. */
export async function focusWalk(page: Page): Promise<FocusWalk> {
  const expected = await page.evaluate(() => {
    const usable = "a[href], button, input, textarea, select, summary, [tabindex='0']";
    const visible = [...document.querySelectorAll<HTMLElement>(usable)].filter((element) => element.checkVisibility());
    for (const [index, element] of visible.entries()) element.dataset.walk = String(index);
    return visible.map((element) => element.textContent?.trim() || element.id || element.tagName);
  });
  const reached = new Set<number>();
  const order: string[] = [];
  const unseen: string[] = [];
  for (let step = 0; step < expected.length + 5; step++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      const { outlineStyle, outlineWidth } = getComputedStyle(element ?? document.body);
      return { walk: element?.dataset.walk, isSeen: outlineStyle !== "none" && outlineWidth !== "0px" };
    });
    if (at.walk === undefined) continue;
    if (reached.has(Number(at.walk))) break;
    reached.add(Number(at.walk));
    const name = expected[Number(at.walk)] ?? "";
    order.push(name);
    if (!at.isSeen) unseen.push(name);
  }
  return { order, unseen, unreached: expected.filter((_, index) => !reached.has(index)) };
}
