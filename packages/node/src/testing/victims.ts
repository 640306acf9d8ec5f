/** An endpoint with a real database, and services before it that a test kills. @module */
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedStore } from "@aplomb/server";
import { bundleBytes, createTestKeys, split } from "@aplomb/testkit";
import { buildChildProgram } from "@aplomb/testkit/kill-harness";
import { type RunningProgram, startFile } from "@aplomb/testkit/start-program";
import { afterAll } from "vitest";
import { type ClientOptions, createFlagClient, type FlagClient, fileJournal } from "../index.js";
import { type EndpointChild, serveFolder, startEndpointChild } from "./endpoint-folder.js";

// Bundled once for each file of tests: hundreds are started.
const program = await buildChildProgram(new URL("./victim.ts", import.meta.url));
afterAll(() => program.close());
const keys = await createTestKeys({ audience: "api.test" });
const variants = [
  { name: "on", value: { enabled: true } },
  { name: "off", value: { enabled: false } },
];
const rules = [split("half", "everyone", { on: 50, off: 50 })];
const sealed = await keys.seal(bundleBytes({ segments: { everyone: {} }, flags: { checkout: { variants, rules } } }));

/** What victims share. */
export interface VictimRig {
  readonly directory: string;
  readonly journal: string;
  readonly url: string;
  /** Starts a service in a process of its own; it says "reading", and "done" when it has read so many. */
  start(options?: {
    readonly endpoint?: string;
    readonly journal?: string;
    readonly end?: "exit" | "wait";
    readonly reads?: number;
  }): RunningProgram;
  /** A client in this process on the same journal. */
  client(options?: Partial<ClientOptions>): FlagClient;
  /** The units whose read had returned. */
  promised(): readonly string[];
  /** How often each unit's exposure is stored. */
  stored(): Promise<ReadonlyMap<string, number>>;
  /** How many records the endpoint knows to be missing. */
  missing(): Promise<number>;
  /** Starts an endpoint over the rig's folder in a process of its own. */
  serve(): Promise<EndpointChild>;
  close(): Promise<void>;
}

/**
 * Starts the endpoint: in this process, or in one of its own that a test kills.
 *
 * @param isChild - Then nothing runs yet; see `serve`.
 */
export async function startVictimRig(isChild = false): Promise<VictimRig> {
  const directory = await mkdtemp(join(tmpdir(), "aplomb-"));
  const published = join(directory, "published", "v1", "api.test");
  await mkdir(join(published, "b"), { recursive: true });
  await writeFile(join(published, "b", sealed.sha256), sealed.bundle);
  await writeFile(join(published, "manifest"), sealed.manifest);
  const endpoint = isChild ? undefined : await serveFolder(directory);
  const [ledger, journal] = [join(directory, "ledger"), join(directory, "journal")];
  const url = endpoint?.server.url ?? "http://127.0.0.1:9";
  const root = Buffer.from(keys.rootEnvelope).toString("base64");

  return {
    ...{ directory, journal, url },
    start: ({ endpoint = url, journal: own = journal, end = "go on", reads = Infinity } = {}) =>
      startFile(program.path, endpoint, root, ledger, own, end, String(reads)),
    client: (options = {}) =>
      createFlagClient({
        ...{ endpoint: url, clientKey: "secret", logger: null, exposures: { outbox: fileJournal(journal) } },
        trust: { root, audience: "api.test" },
        ...options,
      }),
    promised: () => (existsSync(ledger) ? readFileSync(ledger, "utf8").trim().split("\n") : []),
    async missing() {
      return (await endpoint?.store.instances("api.test", 0))?.missingRecords ?? 0;
    },
    serve: () => startEndpointChild(directory),
    async stored() {
      const store = endpoint?.store ?? (await openEmbeddedStore(join(directory, "exposures.db")));
      const times = new Map<string, number>();
      for await (const { unit, timesReported } of store.readExposures()) {
        times.set(unit, (times.get(unit) ?? 0) + timesReported);
      }
      if (!endpoint) await store.close();
      return times;
    },
    async close() {
      await endpoint?.server.close();
      await endpoint?.store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
