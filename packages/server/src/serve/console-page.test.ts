/** The console's page in Chromium: that it draws what was stored, within its policy, for every hand and eye. @module */
import { createHash } from "node:crypto";
import { fullRollout, oneOf, segmentOf } from "@aplomb/testkit";
import { chromiumArgs, findChromium } from "@aplomb/testkit/chromium";
import { type Browser, type BrowserContextOptions, chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { exposeHalves, halvedFlags } from "../../test/console-flags.js";
import { startEndpoint, type TestEndpoint } from "../../test/endpoint.js";
import { contrastProblems, focusWalk, watchPage } from "../../test/page-checks.js";

const executablePath = findChromium();

describe.skipIf(executablePath === undefined)("in Chromium (left out where there is none)", () => {
  let browser: Browser;
  let endpoint: TestEndpoint;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? "", args: [...chromiumArgs] });
    endpoint = await startEndpoint();
  });
  // A page that is left open goes on asking, and slows the next.
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(async () => {
    await browser.close();
    await endpoint.close();
  });

  /** Opens the console at a place; `complaints` are the page's errors, messages and violations of its policy. */
  async function openConsole(place: string, options: BrowserContextOptions = {}, at = endpoint) {
    const page = await browser.newPage(options);
    const watched = await watchPage(page);
    await page.goto(`${at.server.consoleUrl}${place}`);
    return { page, ...watched };
  }

  test("draws flags and counts, follows them live, and keeps within its policy", async () => {
    await endpoint.publish("web.test", halvedFlags("ranking"), { version: 2n });
    const { page, complaints, origins } = await openConsole("#web.test");
    const table = page.getByRole("table", { name: "Exposures of ranking by rule ranking/split today" });
    await expect.poll(() => table.getByRole("row").count()).toBe(3);
    expect(await table.textContent()).toContain("<b>bold</b>");

    await exposeHalves(endpoint, "ranking", 300, 300);
    const row = table.getByRole("row", { name: /^control/ });
    await expect.poll(() => row.textContent(), { timeout: 5_000 }).toContain("50 %50 %300");
    await expect.poll(() => page.getByText("looks healthy").count()).toBe(1);
    await exposeHalves(endpoint, "ranking", 900, 300);
    await expect.poll(() => page.getByText("mismatch", { exact: true }).count(), { timeout: 5_000 }).toBe(1);
    await page.getByRole("link", { name: "Clients" }).click();
    await page.getByRole("button", { name: "Show" }).click();
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("ranking");

    await endpoint.publish("web.test", halvedFlags("ranking", "gift-cards"), { version: 3n });
    const headings = page.locator("#cards h3");
    await expect.poll(() => headings.allTextContents(), { timeout: 5_000 }).toEqual(["gift-cards", "ranking"]);
    await page.getByRole("searchbox").fill("gift");
    expect(await page.getByRole("article").count()).toBe(1);
    await page.getByRole("searchbox").fill("nothing like it");
    expect(await page.getByText('No flag matches "nothing like it".').count()).toBe(1);
    expect(await complaints()).toEqual([]);
    expect([...origins]).toEqual([endpoint.server.url]);
  });

  test("explains a pasted context, and says where one cannot be read", async () => {
    await endpoint.publish("web.test", halvedFlags("ranking"), { version: 4n });
    const { page, complaints } = await openConsole("#web.test/explain");
    const context = page.getByLabel("Evaluation context, as JSON");
    await context.fill('{"targetingKey": "ann" "a": 1}');
    await page.getByRole("button", { name: "Explain" }).click();
    await expect.poll(() => page.locator("#explain-said").textContent()).toContain("line 1, column 24 cannot be read");
    await context.fill('{"targetingKey": "ann"}');
    await context.press("Control+Enter");
    await page.getByRole("button", { name: "Why ranking?" }).click();
    const article = page.getByRole("article", { name: "Why ranking" });
    await expect.poll(() => article.textContent()).toContain("ranking/split: assigned");
    expect(await article.textContent()).toContain("ann (targeting key)");
    await page.getByLabel("Leave out what the context says").check();
    await page.getByRole("button", { name: "Explain" }).click();
    await expect.poll(() => article.textContent()).not.toContain("ann");
    expect(await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]))).toBe("[{},{}]");
    expect(await complaints()).toEqual([]);
  });

  test("versions and clients are told, and an opened difference stays open", async () => {
    await endpoint.publish("web.test", halvedFlags("ranking"), { version: 5n });
    await endpoint.publish("web.test", halvedFlags("ranking", "gift-cards"), { version: 6n });
    const { page } = await openConsole("#web.test/versions");
    await page.getByText("1 flag since version 5").click();
    await expect.poll(() => page.getByText("gift-cards added").first().isVisible()).toBe(true);
    await exposeHalves(endpoint, "ranking", 1, 1);
    await expect.poll(() => page.getByRole("row", { name: /^1 / }).count(), { timeout: 8_000 }).toBe(1);
    expect(await page.getByText("gift-cards added").first().isVisible()).toBe(true);
    await page.getByRole("link", { name: "Clients" }).click();
    await expect.poll(() => page.getByText("on another version").first().isVisible(), { timeout: 8_000 }).toBe(true);
  });

  test("what looks for contrast finds a text that is too faint", async () => {
    const { page } = await openConsole("#api.test");
    await expect.poll(() => page.getByText("Freshness").count()).toBe(1);
    await page.getByText("Freshness").evaluate((node) => {
      node.style.color = "#999";
    });
    expect(await contrastProblems(page)).toEqual([expect.stringMatching(/^2\.8\d .*Freshness$/)]);
  });

  test("says what to do where nothing is published", async () => {
    const { page } = await openConsole("#api.test");
    await expect.poll(() => page.getByText("Nothing is published for api.test yet.").count()).toBe(1);
  });

  test("text in every place is text: nothing of it runs", async () => {
    const evil = '"><img src=x onerror=hit()><script>hit()</script>{{hit()}}';
    const key = evil.replaceAll(".", "");
    await endpoint.publish(
      "web.test",
      {
        segments: { [evil]: segmentOf(oneOf(evil, evil)), everybody: {} },
        flags: {
          [key]: {
            ...{ description: evil, owner: evil, expiresOn: evil, variants: [{ name: evil, value: { value: evil } }] },
            rules: [fullRollout(evil, evil, evil), { ...fullRollout("b", "everybody", evil), description: evil }],
          },
        },
      },
      { version: 7n },
    );
    const { page, complaints } = await openConsole("#web.test");
    await page.evaluate(() => Object.assign(window, { hit: () => Object.assign(window, { wasHit: true }) }));
    await expect.poll(() => page.locator("#cards h3").textContent()).toBe(key);
    await page.locator("#cards summary").click();
    await page.getByRole("link", { name: "Why?" }).click();
    await page.getByLabel("Evaluation context").fill(JSON.stringify({ targetingKey: evil, [evil]: evil }));
    await page.getByLabel("Flag", { exact: true }).fill(key);
    await page.getByRole("button", { name: "Explain" }).click();
    await expect.poll(() => page.locator("#explain-result").textContent()).toContain("assigned");
    await page.getByRole("link", { name: "Versions" }).click();
    await page.locator("#versions summary").first().click();
    await page.goto(`${endpoint.server.consoleUrl}#${encodeURIComponent(evil)}`);
    await expect.poll(() => page.getByText("There is no such audience").count()).toBe(1);
    expect(await page.evaluate(() => "wasHit" in window)).toBe(false);
    expect(await page.locator("main img, main script").count()).toBe(0);
    expect(await complaints()).toEqual([]);
  });

  test("a thousand flags are searched while somebody types", async () => {
    const keys = Array.from({ length: 1_000 }, (_, i) => `flag-${String(i).padStart(4, "0")}`);
    await endpoint.publish("web.test", halvedFlags(...keys), { version: 8n });
    const { page } = await openConsole("#web.test");
    await expect.poll(() => page.getByText("Flags (1000)").count(), { timeout: 10_000 }).toBe(1);
    const milliseconds = await page.evaluate(() => {
      const filter = document.querySelector<HTMLInputElement>("#filter");
      const startedAt = performance.now();
      for (const text of ["f", "fl", "flag-09", "flag-0999"]) {
        if (filter) filter.value = text;
        filter?.dispatchEvent(new Event("input"));
      }
      return performance.now() - startedAt;
    });
    expect(await page.locator("#cards h3").allTextContents()).toEqual(["flag-0999"]);
    expect(milliseconds).toBeLessThan(1_000);
    await page.getByRole("searchbox").fill("");
    await page.getByRole("button", { name: "Show 50 more" }).click();
    expect(await page.getByRole("article").count()).toBe(100);
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("flag-0050");
  });

  test("with a token: asks for it, keeps it in the tab alone, and forgets it", async () => {
    const consoleTokenSha256 = createHash("sha256").update("open-sesame").digest("hex");
    const guarded = await startEndpoint({ consoleTokenSha256 });
    const { page } = await openConsole("#web.test", {}, guarded);
    const field = page.getByLabel("Token");
    await expect.poll(() => field.isVisible()).toBe(true);
    expect(await contrastProblems(page)).toEqual([]);
    await field.fill("wrong");
    await field.press("Enter");
    await expect.poll(() => page.getByRole("alert").textContent()).toBe("This is not the console's token.");
    await field.fill("open-sesame");
    await field.press("Enter");
    await expect.poll(() => page.getByText("Nothing is published for web.test yet.").count()).toBe(1);
    expect(await page.context().cookies()).toEqual([]);
    expect(await page.evaluate(() => ({ ...localStorage }))).toEqual({});
    expect(page.url()).not.toContain("sesame");
    await page.getByRole("button", { name: "Forget the token" }).click();
    await expect.poll(() => field.isVisible()).toBe(true);
    await guarded.close();
  });

  describe.each(["", "/explain", "/versions", "/clients"])("#web.test%s", (view) => {
    beforeAll(async () => {
      if (endpoint.publication.manifest("web.test")?.version === 10) return;
      await endpoint.publish("web.test", halvedFlags("ranking"), { version: 9n });
      await endpoint.publish("web.test", halvedFlags("ranking", "gift-cards"), { version: 10n });
    });

    test("has enough contrast, light and dark", async () => {
      const { page } = await openConsole(`#web.test${view}`);
      await expect.poll(() => page.getByText("Freshness").count()).toBe(1);
      await page.waitForTimeout(500);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await contrastProblems(page), colorScheme).toEqual([]);
      }
    });

    test("is reached and seen by keyboard, and in a sensible order", async () => {
      const { page } = await openConsole(`#web.test${view}`);
      await expect.poll(() => page.getByText("Freshness").count()).toBe(1);
      await page.waitForTimeout(500);
      const { unreached, unseen, order } = await focusWalk(page);
      expect({ unreached, unseen }).toEqual({ unreached: [], unseen: [] });
      expect(order[0]).toBe("Skip to the content");
    });

    test("fits a phone, and stands still where motion is not wanted", async () => {
      const options: BrowserContextOptions = { viewport: { width: 360, height: 700 }, reducedMotion: "reduce" };
      const { page } = await openConsole(`#web.test${view}`, options);
      await expect.poll(() => page.getByText("Freshness").count()).toBe(1);
      await page.waitForTimeout(500);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
      expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    });
  });
});
