/** Draws the pictures of docs/console.md: `tsx --conditions=@aplomb/source tooling/console-pictures.ts`. @module */
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { atLeast, type BundleDescription, fullRollout, inSegment, oneOf, segmentOf, split } from "@aplomb/testkit";
import { chromiumArgs, chromiumHint, findChromium } from "@aplomb/testkit/chromium";
import { type Browser, chromium, type Page } from "playwright-core";
import { batchBytes, connectClient, exposure, unitsIn } from "../packages/server/test/batches.js";
import { pageKey, startEndpoint, type TestEndpoint } from "../packages/server/test/endpoint.js";

const pictures = fileURLToPath(new URL("../docs/images/", import.meta.url));
const context = {
  targetingKey: "user-1",
  country: "SE",
  app: { version: "4" },
  email: "eve@mail.example",
};

const text = (value: string) => ({ value: value as never });
const shop = (onPercent: number): BundleDescription => ({
  segments: {
    everybody: {},
    staff: segmentOf(oneOf("email", "ann@shop.example", "bob@shop.example")),
    nordics: segmentOf({
      and: [oneOf("country", "SE", "NO", "DK", "FI", "IS"), atLeast("app.version", 3), { not: inSegment("staff") }],
    }),
  },
  flags: {
    checkout: {
      ...{ description: "One page or three steps? An experiment on all shoppers.", owner: "payments" },
      expiresOn: "2027-01-31",
      variants: [
        { name: "classic", value: text("three steps") },
        { name: "express", value: text("one page") },
      ],
      rules: [
        fullRollout("staff-preview", "staff", "express"),
        split("experiment", "nordics", { classic: 50, express: 50 }),
      ],
    },
    "free-shipping": {
      ...{ description: "Shipping is free for large carts.", owner: "growth" },
      variants: [
        { name: "on", value: text("on") },
        { name: "off", value: text("off") },
      ],
      rules: [
        split("audit", "everybody", { "(fallthrough)": 100 }),
        split("rollout", "everybody", { on: onPercent, off: 100 - onPercent }),
      ],
    },
  },
});

async function fill(endpoint: TestEndpoint): Promise<void> {
  await endpoint.publish("web.test", shop(10), { version: 41n });
  await endpoint.publish("web.test", shop(25), { version: 42n });
  const client = connectClient(endpoint.server.url, pageKey);
  const sha256 = Buffer.from(endpoint.publication.manifest("web.test")?.sha256 ?? "", "hex");
  const fine = {
    epoch: 1,
    version: 42,
    sha256,
    ageMs: 2_000,
    rejectedVersion: 0,
    rejectedCode: "",
    quarantinedFlags: [],
  };
  const behind = { ...fine, version: 41, sha256: new Uint8Array(randomBytes(32)), ageMs: 90_000 };
  const send = (batch: Parameters<typeof batchBytes>[0]) =>
    client.publishExposures({
      batch: batchBytes({ sdk: "aplomb-browser/0.1.0", bundleStatus: fine, ...batch }),
      sentAtMs: BigInt(Date.now()),
    });
  /** Of units whose bucket of a hundred is in a range: those that the rule gives the variant. */
  const expose = (flag: string, rule: string, variant: string, count: number, [lower, upper]: [number, number]) =>
    send({
      exposures: unitsIn(rule, lower, upper, count).map((unit) =>
        exposure({
          flag,
          rule,
          variant,
          assignmentId: `${rule}/${variant}`,
          unitSelector: "",
          unit,
          bundleVersion: 42,
        }),
      ),
    });
  await expose("checkout", "experiment", "classic", 612, [0, 50]);
  await expose("checkout", "experiment", "express", 588, [50, 100]);
  await expose("checkout", "staff-preview", "express", 9, [0, 100]);
  await expose("free-shipping", "rollout", "on", 400, [0, 25]);
  await expose("free-shipping", "rollout", "off", 900, [25, 100]);
  await send({ bundleStatus: { ...behind, rejectedVersion: 42, rejectedCode: "SIGNATURE" } });
  await send({ bundleStatus: behind, losses: new Map([["queue_full", 41]]) });
}

async function draw(page: Page, url: string, scheme: "light" | "dark"): Promise<void> {
  const take = async (view: string): Promise<void> => {
    await page.waitForTimeout(700);
    await page.screenshot({ path: `${pictures}console-${view}-${scheme}.png`, fullPage: true });
  };
  await page.goto(`${url}#web.test`);
  await page.waitForTimeout(2_500);
  await page.locator("#cards summary").nth(1).click();
  await take("flags");
  await page.getByRole("link", { name: "Why?" }).click();
  await page.getByLabel("Evaluation context").fill(JSON.stringify(context, undefined, 2));
  await page.getByLabel("Flag", { exact: true }).fill("checkout");
  await page.getByRole("button", { name: "Explain" }).click();
  await take("why");
  if (scheme === "light") {
    await page.getByRole("link", { name: "Versions" }).click();
    await page.locator("#versions summary").first().click();
    return take("versions");
  }
  await page.getByRole("link", { name: "Clients" }).click();
  await page.getByText("refuses 42").waitFor();
  await take("clients");
}

async function drawAll(browser: Browser): Promise<void> {
  const endpoint = await startEndpoint();
  try {
    await fill(endpoint);
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await browser.newPage({ viewport: { width: 1_080, height: 720 }, colorScheme });
      await draw(page, endpoint.server.consoleUrl ?? "", colorScheme);
      await page.close();
    }
  } finally {
    await endpoint.close();
  }
}

const executablePath = findChromium();
if (executablePath === undefined) throw new Error(chromiumHint);
const browser = await chromium.launch({ executablePath, args: [...chromiumArgs] });
await drawAll(browser).finally(() => browser.close());
