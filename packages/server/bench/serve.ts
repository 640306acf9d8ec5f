/** Runs an endpoint in a process of its own for the bench: arguments are a folder and, for PostgreSQL, a URL; a line "publish" publishes. @module */
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createResolveServer } from "../src/index.js";
import { openPublication } from "../src/load/open-publication.js";
import { openEmbeddedStore } from "../src/store/open-embedded-store.js";
import { openPostgresStore } from "../src/store/postgres/open-postgres-store.js";
import { halvedFlags } from "../test/console-flags.js";
import { clients, publish } from "../test/endpoint.js";

const [folder = "", databaseUrl] = process.argv.slice(2);
const published = join(folder, "published");
let version = 1n;
const publishNext = () => publish(published, "web.test", halvedFlags("checkout"), { version: version++ });
await publishNext();
const publication = await openPublication(published);
const store = databaseUrl
  ? await openPostgresStore(databaseUrl)
  : await openEmbeddedStore(join(folder, "exposures.db"));
const server = await createResolveServer({ publication, store, clients, logger: false });
process.stdout.write(`${server.url}\n`);
for await (const line of createInterface(process.stdin)) {
  if (line !== "publish") break;
  await publishNext();
  await publication.reload();
}
await server.close();
await store.close();
