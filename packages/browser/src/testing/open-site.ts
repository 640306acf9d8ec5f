/** A site whose pages hold a client, with the endpoint that the client talks to. @module */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { bundleBytes, createTestKeys, fullRollout, type TestKeys } from "@aplomb/testkit";
import { startTestEndpoint, type TestEndpoint } from "@aplomb/testkit/test-endpoint";
import { build } from "esbuild";
import type { LabSettings } from "./lab-page.js";

/** A running site. */
export interface Site {
  /** Origin of the pages; secure, as every localhost is. */
  readonly url: string;
  readonly endpoint: TestEndpoint;
  readonly keys: TestKeys;
  /** Requests that the pages' own origin got, by path. */
  readonly paths: readonly string[];
  /** The address of a page whose client has these settings. */
  addressOf(settings?: Partial<LabSettings>, origin?: string): string;
  /** Publishes a bundle that switches everything on. */
  publish(version: number): Promise<void>;
  /** Units of all stored exposures, in the order of arrival. */
  units(): string[];
  close(): Promise<void>;
}

const variants = [{ name: "on", value: { enabled: true } }];
const flags = { checkout: { variants, rules: [fullRollout("all", "everyone", "on")] } };

/** Builds the page once for each test file that asks. */
let built: Promise<ReadonlyMap<string, Uint8Array>> | undefined;

/** Starts a site on a free port; version 1 is published. */
export async function openSite(): Promise<Site> {
  built ??= buildPage();
  const files = await built;
  const [endpoint, keys] = await Promise.all([
    startTestEndpoint(),
    createTestKeys({ trustDomain: `lab-${Math.random().toString(36).slice(2)}` }),
  ]);
  const paths: string[] = [];
  const server = createServer(({ url = "/" }, response) => {
    const path = url.split("?")[0] as string;
    paths.push(path);
    const script = files.get(path);
    if (script) return response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    const body = path === "/" ? `<script type="module" src="/lab-page.js"></script>` : path;
    response.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html><title>lab</title><body>${body}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const own: LabSettings = { endpoint: endpoint.url, root: Buffer.from(keys.rootEnvelope).toString("base64") };
  const publish = async (version: number): Promise<void> =>
    endpoint.publish(await keys.seal(bundleBytes({ segments: { everyone: {} }, flags }), { version: BigInt(version) }));
  await publish(1);
  return {
    ...{ url, endpoint, keys, paths, publish },
    addressOf: (settings = {}, origin = url) =>
      `${origin}/?${encodeURIComponent(JSON.stringify({ ...own, ...settings }))}`,
    units: () => endpoint.batches.flatMap(({ exposures }) => exposures.map(({ unit }) => unit)),
    async close() {
      server.closeAllConnections();
      await Promise.all([endpoint.close(), new Promise((resolve) => server.close(resolve))]);
    },
  };
}

async function buildPage(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./lab-page.ts", import.meta.url))],
    outdir: "/",
    ...{ bundle: true, splitting: true, write: false, format: "esm", platform: "browser", target: "es2022" },
    conditions: ["@aplomb/source"],
    logLevel: "error",
  });
  return new Map(outputFiles.map(({ path, contents }) => [path, contents]));
}
