/** The console over HTTP and in Chromium: its policy, its data, and that it draws what was stored. @module */
import { get } from "node:http";
import { split } from "@aplomb/testkit";
import { chromiumArgs, findChromium } from "@aplomb/testkit/chromium";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { batchBytes, connectClient, exposure, unitsIn } from "../../test/batches.js";
import { pageKey, startEndpoint, type TestEndpoint } from "../../test/endpoint.js";

let endpoint: TestEndpoint;
beforeAll(async () => {
  endpoint = await startEndpoint();
});
afterAll(() => endpoint.close());

const text = (value: string) => ({ value: value as never });
const flags = (...keys: string[]) => ({
  flags: Object.fromEntries(
    keys.map((key) => [
      key,
      {
        ...{ description: `About ${key}`, owner: "payments" },
        variants: [
          { name: "control", value: text("plain") },
          { name: "treatment", value: text("<b>bold</b>") },
        ],
        rules: [split(`${key}/split`, "everybody", { control: 50, treatment: 50 })],
      },
    ]),
  ),
  segments: { everybody: {} },
});

/** Exposures of units that fall where they are said to. */
async function expose(flag: string, control: number, treatment: number): Promise<void> {
  const rule = `${flag}/split`;
  const bundleVersion = endpoint.publication.manifest("web.test")?.version ?? 0;
  const of = (variant: string, units: string[]) =>
    units.map((unit) =>
      exposure({ flag, variant, rule, assignmentId: `${rule}/${variant}`, unitSelector: "", unit, bundleVersion }),
    );
  const controls = of("control", unitsIn(rule, 0, 50, control));
  const treatments = of("treatment", unitsIn(rule, 50, 100, treatment));
  const batch = batchBytes({ exposures: [...controls, ...treatments] });
  await connectClient(endpoint.server.url, pageKey).publishExposures({ batch, sentAtMs: BigInt(Date.now()) });
}

describe("over HTTP", () => {
  test.each([
    "/console",
    "/console/",
    "/console/main.js",
    "/console/console.css",
    "/console/icon.svg",
    "/console/data",
  ])("%s is its own origin's alone", async (path) => {
    const { headers, status } = await fetch(endpoint.server.url + path);
    expect(status).toBe(200);
    const policy = headers.get("content-security-policy") ?? "";
    for (const rule of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"]) {
      expect(policy).toContain(rule);
    }
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("the page names no other origin and holds no inline script or style", async () => {
    const page = await (await fetch(`${endpoint.server.url}/console`)).text();
    expect(page).not.toMatch(/https?:|<style|style=|\son\w+=|<script(?![^>]*src=)/);
  });

  test.each([
    { host: "localhost:1", status: 200 },
    { host: "127.0.0.1", status: 200 },
    { host: "[::1]:80", status: 200 },
    { host: "evil.example", status: 421 },
    { host: "localhost.evil.example", status: 421 },
  ])("on a loopback port, a request for $host answers $status", async ({ host, status }) => {
    const answered = await new Promise<number | undefined>((resolve, reject) => {
      const url = `${endpoint.server.url}/console/data`;
      get(url, { headers: { host }, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on("error", reject);
    });
    expect(answered).toBe(status);
  });

  test("flags of an unknown audience are not found", async () => {
    expect((await fetch(`${endpoint.server.url}/console/flags?audience=nobody`)).status).toBe(404);
  });

  test("no unit and no key is in the data", async () => {
    await endpoint.publish("web.test", flags("checkout"));
    await expose("checkout", 3, 2);
    const data = await (await fetch(`${endpoint.server.url}/console/data?audience=web.test`)).text();
    expect(data).toContain('"exposures":5');
    expect(data).not.toMatch(/user-\d|pk_page|sk_/);
  });
});

const executablePath = findChromium();

describe.skipIf(executablePath === undefined)("in Chromium (left out where there is none)", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? "", args: [...chromiumArgs] });
  });
  afterAll(() => browser.close());

  test("draws flags and counts, follows them live, and keeps within its policy", async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    const origins = new Set<string>();
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => origins.add(new URL(request.url()).origin));
    await endpoint.publish("web.test", flags("ranking"), { version: 2n });
    await page.goto(`${endpoint.server.consoleUrl}#web.test`);
    const table = page.getByRole("table", { name: "Exposures of ranking by rule ranking/split today" });
    await expect.poll(() => table.getByRole("row").count()).toBe(3);
    expect(await table.textContent()).toContain("<b>bold</b>");

    await expose("ranking", 300, 300);
    const row = table.getByRole("row", { name: /^control/ });
    await expect.poll(() => row.textContent(), { timeout: 5_000 }).toContain("50 %50 %300");
    await expect.poll(() => page.getByText("looks healthy").count()).toBe(1);
    await expose("ranking", 900, 300);
    await expect.poll(() => page.getByText("mismatch", { exact: true }).count(), { timeout: 5_000 }).toBe(1);
    await page.getByRole("button", { name: "Show" }).click();
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("ranking");

    await endpoint.publish("web.test", flags("ranking", "gift-cards"), { version: 3n });
    await expect
      .poll(() => page.getByRole("heading", { level: 3 }).allTextContents(), { timeout: 5_000 })
      .toEqual(["gift-cards", "ranking"]);
    await page.getByRole("searchbox").fill("gift");
    expect(await page.getByRole("article").count()).toBe(1);
    await page.getByRole("searchbox").fill("nothing like it");
    expect(await page.getByText('No flag matches "nothing like it".').count()).toBe(1);
    expect(complaints).toEqual([]);
    expect([...origins]).toEqual([endpoint.server.url]);
    await page.close();
  });

  test("says what to do where nothing is published", async () => {
    const page = await browser.newPage();
    await page.goto(`${endpoint.server.consoleUrl}#api.test`);
    await expect.poll(() => page.getByText("Nothing is published for api.test yet.").count()).toBe(1);
    await page.close();
  });
});
