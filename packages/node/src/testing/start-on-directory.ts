/** A process of its own: a client that keeps its bundles in a directory which may refuse them, and what it makes of that. @module */
import { createFlagClient } from "../create-flag-client.js";
import { fileStore } from "../file-store.js";

const [endpoint = "", root = "", directory = ""] = process.argv.slice(2);
const lines: string[] = [];
const client = createFlagClient({
  ...{ endpoint, clientKey: "secret", trust: { root, audience: "api.test" }, store: fileStore(directory) },
  logger: { warn: (line) => lines.push(line) },
});
const { state, bundleVersion } = await client.ready();
const { value } = client.peekDetails("checkout.enabled", false, { targetingKey: "user-1" });
while (client.status.confirmedAtMs === 0) await new Promise((resolve) => setTimeout(resolve, 5));
await client.close({ timeoutMs: 0 });
process.stdout.write(JSON.stringify({ state, bundleVersion, value, lines }));
