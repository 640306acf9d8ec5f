/** An endpoint with a real database, and services before it that a test kills. @module */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openEmbeddedStore } from "@aplomb/server";
import { bundleBytes, createTestKeys, split } from "@aplomb/testkit";
import { type ClientOptions, createFlagClient, type FlagClient, fileJournal } from "../index.js";
import { type EndpointChild, serveFolder, startEndpointChild } from "./endpoint-folder.js";

const script = fileURLToPath(new URL("./victim.ts", import.meta.url));
const keys = await createTestKeys({ audience: "api.test" });
const variants = [
  { name: "on", value: { enabled: true } },
  { name: "off", value: { enabled: false } },
];
const rules = [split("half", "everyone", { on: 50, off: 50 })];
const sealed = await keys.seal(bundleBytes({ segments: { everyone: {} }, flags: { checkout: { variants, rules } } }));

/** A service in a process of its own. */
export interface Victim {
  readonly child: ChildProcess;
  /** Resolves once it has written a line that has a word. */
  said(word: string): Promise<void>;
  /** Ends it as nothing can be prepared for. */
  kill(): Promise<void>;
  readonly exited: Promise<unknown>;
}

/** What victims share. */
export interface VictimRig {
  readonly directory: string;
  readonly journal: string;
  readonly url: string;
  /** Starts a service. */
  start(options?: {
    readonly endpoint?: string;
    readonly journal?: string;
    readonly end?: "exit" | "wait";
    readonly reads?: number;
  }): Promise<Victim>;
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
    start: async ({ endpoint = url, journal: own = journal, end = "go on", reads = Infinity } = {}) =>
      startVictim([endpoint, root, ledger, own, end, String(reads)]),
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

async function startVictim(args: readonly string[]): Promise<Victim> {
  const flags = ["--conditions=@aplomb/source", "--import", "tsx", script];
  const child = spawn(process.execPath, [...flags, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  let output = "";
  child.stdout?.on("data", (data) => {
    output += data;
  });
  return {
    child,
    exited,
    async said(word) {
      while (!output.includes(word)) {
        if (child.exitCode !== null) throw new Error(`it ended without ${word}: ${output}`);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
