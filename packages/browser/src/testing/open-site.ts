/** Pages that hold a client, in a real browser, with the endpoint that the client talks to. @module */
import { bundleBytes, createTestKeys, fullRollout, type TestKeys } from "@aplomb/testkit";
import {
  type PageDriver,
  startPageDriver,
  startPageServer,
  type Tab,
  type TabOptions,
} from "@aplomb/testkit/page-driver";
import { startTestEndpoint, type TestEndpoint } from "@aplomb/testkit/test-endpoint";
import { vi } from "vitest";
import type { LabSettings } from "./lab-page.js";

/** How a page opens. */
export interface PageOptions extends TabOptions {
  readonly settings?: Partial<LabSettings>;
  /** Over plain HTTP, from a host that is not this machine's name. */
  readonly isInsecure?: boolean;
}

/** A browser, a site and its endpoint. */
export interface Site {
  readonly driver: PageDriver;
  readonly endpoint: TestEndpoint;
  readonly keys: TestKeys;
  /** A page of the site without a client. */
  readonly elsewhere: string;
  /** Paths that the site was asked for. */
  readonly requests: readonly string[];
  /** The address of a page whose client has these settings. */
  addressOf(options?: PageOptions): string;
  /** Opens a tab with such a page. */
  open(options?: PageOptions): Promise<Tab>;
  /** Opens a tab, and waits until its client can read. */
  openReady(options?: PageOptions): Promise<Tab>;
  /** Publishes a bundle that switches everything on. */
  publish(version: number): Promise<void>;
  /** Units of all stored exposures, in the order of arrival. */
  units(): string[];
  close(): Promise<void>;
}

const variants = [{ name: "on", value: { enabled: true } }];
const flags = { checkout: { variants, rules: [fullRollout("all", "everyone", "on")] } };
const bundle = bundleBytes({ segments: { everyone: {} }, flags });

/** Starts all of it; version 1 is published. */
export async function openSite(): Promise<Site> {
  const script = new URL("./lab-page.ts", import.meta.url);
  const [driver, server, endpoint, keys] = await Promise.all([
    startPageDriver(),
    startPageServer({ script }),
    startTestEndpoint(),
    createTestKeys({ trustDomain: "lab.test" }),
  ]);
  const root = Buffer.from(keys.rootEnvelope).toString("base64");
  const addressOf = ({ settings, isInsecure = false }: PageOptions = {}): string => {
    const whole: LabSettings = { endpoint: endpoint.url, root, ...settings };
    return `${isInsecure ? server.insecureUrl : server.url}lab?${encodeURIComponent(JSON.stringify(whole))}`;
  };
  const publish = async (version: number): Promise<void> =>
    endpoint.publish(await keys.seal(bundle, { version: BigInt(version) }));
  const open = (options: PageOptions = {}): Promise<Tab> => driver.openTab(addressOf(options), options);
  await publish(1);
  return {
    ...{ driver, endpoint, keys, addressOf, open, publish, requests: server.requests },
    elsewhere: `${server.url}elsewhere`,
    async openReady(options) {
      const tab = await open(options);
      await isReady(tab);
      return tab;
    },
    units: () => endpoint.batches.flatMap(({ exposures }) => exposures.map(({ unit }) => unit)),
    async close() {
      await driver.close();
      await Promise.all([server.close(), endpoint.close()]);
    },
  };
}

/** Resolves when a page's client can read. */
export async function isReady({ page }: Tab): Promise<void> {
  await page.waitForFunction(() => globalThis.lab?.flags.status.state === "READY", undefined, { polling: 20 });
}

/** Exposes so many units in a page, from one on. */
export async function exposeIn({ page }: Tab, from: number, count: number): Promise<void> {
  await page.evaluate(([first, many]) => lab.expose(first, many), [from, count] as const);
}

/** Resolves when the outbox's database has so many batches; a page of the origin has to look. */
export async function hasKept({ page }: Tab, batches: number): Promise<void> {
  await vi.waitUntil(async () => (await page.evaluate(() => lab.kept())) === batches, {
    timeout: 10_000,
    interval: 100,
  });
}
