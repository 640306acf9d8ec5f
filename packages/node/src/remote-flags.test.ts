/** Flags that pages and services only know by name, from the endpoint to stored exposures, over real sockets. @module */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { FlagState } from "@aplomb/proto/bundle";
import { createResolveServer, openEmbeddedStore, openPublication } from "@aplomb/server";
import { bundleBytes, createTestKeys, equalTo, fullRollout, segmentOf } from "@aplomb/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFlagClient } from "./create-flag-client.js";

const keys = await createTestKeys({ audience: "web.test" });
const whole = bundleBytes({
  segments: { staff: segmentOf(equalTo("email", "jane@shop.example")) },
  flags: {
    beta: { variants: [{ name: "on", value: { value: true } }], rules: [fullRollout("r1", "staff", "on")] },
  },
});

let directory: string;
let end: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "aplomb-"));
});
afterEach(async () => {
  for (const step of end.reverse()) await step();
  end = [];
  await rm(directory, { recursive: true });
});

async function put(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

/** Publishes a bundle that only names the flag, and starts an endpoint that knows the rest. */
async function serve() {
  const file = Buffer.concat([Buffer.alloc(32, 1), whole]);
  const sha256 = createHash("sha256").update(file).digest();
  const sealed = await keys.seal(bundleBytes({ flags: { beta: { state: FlagState.REMOTE } } }), {
    remoteBundle: { sha256: new Uint8Array(sha256), sizeBytes: BigInt(file.length) },
  });
  await put(join(directory, "published.remote/web.test", sha256.toString("hex")), file);
  await put(join(directory, "published/v1/web.test/b", sealed.sha256), sealed.bundle);
  await put(join(directory, "published/v1/web.test/manifest"), sealed.manifest);
  const publication = await openPublication(join(directory, "published"));
  const store = await openEmbeddedStore(join(directory, "exposures.db"));
  const clients = [{ kind: "browser", audience: "web.test", key: "pk_web" } as const];
  const server = await createResolveServer({ publication, store, clients, logger: false });
  end.push(
    () => store.close(),
    () => server.close(),
  );
  return { server, store };
}

test("prepared, read, exposed once and stored; its rules stay at the endpoint", async () => {
  const { server, store } = await serve();
  const client = createFlagClient({
    ...{ endpoint: server.url, clientKey: "pk_web", logger: null, sendAttributes: ["email"] },
    trust: { root: keys.rootEnvelope, audience: "web.test" },
  });
  end.push(() => client.close());
  await client.ready();
  const jane = { targetingKey: "user-1", email: "jane@shop.example" };
  expect(client.getBooleanDetails("beta", false, jane).errorCode).toBe("PROVIDER_NOT_READY");
  const scope = await client.prepare(jane);
  for (let read = 0; read < 3; read++) expect(scope.getBooleanValue("beta", false)).toBe(true);
  const stranger = await client.prepare({ targetingKey: "user-2", email: "joe@shop.example" });
  expect(stranger.getBooleanDetails("beta", false)).toMatchObject({ value: false, reason: "DEFAULT" });
  expect(await client.flush()).toMatchObject({ delivered: 1, pending: 0 });
  const stored = [];
  for await (const exposure of store.readExposures()) stored.push(exposure);
  expect(stored).toMatchObject([{ flag: "beta", variant: "on", rule: "r1", unit: "user-1", bundleVersion: 1 }]);
});
