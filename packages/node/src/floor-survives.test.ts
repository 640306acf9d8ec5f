/** B-03 with real processes: a client that was killed does not go back, whatever is served when it starts again. @module */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleBytes, createTestKeys, fullRollout, type SealedBundle } from "@aplomb/testkit";
import { startProgram } from "@aplomb/testkit/start-program";
import { startTestEndpoint, type TestEndpoint } from "@aplomb/testkit/test-endpoint";
import { afterEach, beforeEach, expect, test } from "vitest";

const DEEP = process.env.APLOMB_DEEP === "1";
const keys = await createTestKeys({ audience: "api.test" });
const versions = await Promise.all(
  Array.from({ length: 50 }, (_, at) => {
    const variants = [{ name: `v${at + 1}`, value: { version: at + 1 } }];
    const flags = { checkout: { variants, rules: [fullRollout("all", "everyone", `v${at + 1}`)] } };
    return keys.seal(bundleBytes({ segments: { everyone: {} }, flags }), { version: BigInt(at + 1) });
  }),
);
const packageDirectory = fileURLToPath(new URL("..", import.meta.url));

let endpoint: TestEndpoint;
let directory: string;
beforeEach(async () => {
  endpoint = await startTestEndpoint();
  directory = await mkdtemp(join(tmpdir(), "aplomb-"));
});
afterEach(async () => {
  await endpoint.close();
  await rm(directory, { recursive: true });
});

/** A client in a process of its own: says its version whenever it is confirmed, and each refusal. */
const start = () =>
  startProgram(
    `
    import { createFlagClient, fileStore } from "@aplomb/node";
    const client = createFlagClient({
      endpoint: ${JSON.stringify(endpoint.url)}, clientKey: "secret", logger: null, store: fileStore(${JSON.stringify(directory)}),
      refresh: { pollIntervalMs: 1_000 },
      trust: { root: "${Buffer.from(keys.rootEnvelope).toString("base64")}", audience: "api.test" },
      hooks: { onSecurityEvent: ({ code }) => say("refused", code) },
    });
    const say = (...words) => console.log(words.join(" "));
    const read = () => client.peekValue("checkout.version", 0, { targetingKey: "u" });
    await client.ready();
    say("ready", client.status.source, client.status.bundleVersion, read());
    setInterval(() => { if (client.status.confirmedAtMs > 0) say("confirmed", client.status.bundleVersion, read()); }, 20);
    `,
    packageDirectory,
  );
const publish = (version: number): void => endpoint.publish(versions[version - 1] as SealedBundle);

const rounds = DEEP ? [2, 3, 5, 9, 17, 26, 33, 49, 50] : [50];

test(`B-03 killed and started again ${rounds.length} times over one directory: nothing older of 50 versions is believed`, {
  timeout: 300_000,
}, async () => {
  for (const version of rounds) {
    publish(version);
    const first = start();
    await first.line(`confirmed ${version} ${version}`);
    await first.kill();
    for (const older of [version - 1, 1]) {
      publish(older);
      const again = start();
      expect(await again.line("ready")).toBe(`ready store ${version} ${version}`);
      expect(await again.line("refused")).toBe("refused ROLLBACK");
      await again.kill();
      if (!DEEP) break;
    }
  }
});
