/** An endpoint with a real database, and services before it that a test kills. @module */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createResolveServer, openEmbeddedStore, openPublication } from "@aplomb/server";
import { bundleBytes, createTestKeys, split } from "@aplomb/testkit";
import { createFlagClient, type FlagClient, fileJournal } from "../index.js";

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
    readonly end?: "exit" | "flush";
    readonly reads?: number;
  }): Promise<Victim>;
  /** A client in this process on the same journal. */
  client(): FlagClient;
  /** The units whose read had returned. */
  promised(): readonly string[];
  /** How often each unit's exposure is stored. */
  stored(): Promise<ReadonlyMap<string, number>>;
  close(): Promise<void>;
}

/** Starts the endpoint. */
export async function startVictimRig(): Promise<VictimRig> {
  const directory = await mkdtemp(join(tmpdir(), "aplomb-"));
  const published = join(directory, "published", "v1", "api.test");
  await mkdir(join(published, "b"), { recursive: true });
  await writeFile(join(published, "b", sealed.sha256), sealed.bundle);
  await writeFile(join(published, "manifest"), sealed.manifest);
  const publication = await openPublication(join(directory, "published"));
  const store = await openEmbeddedStore(join(directory, "exposures.db"));
  const keySha256 = createHash("sha256").update("secret").digest("hex");
  const clients = [{ kind: "service", audience: "api.test", keySha256 } as const];
  const server = await createResolveServer({ publication, store, clients, logger: false });
  const [ledger, journal] = [join(directory, "ledger"), join(directory, "journal")];
  const root = Buffer.from(keys.rootEnvelope).toString("base64");

  return {
    ...{ directory, journal, url: server.url },
    start: async ({ endpoint = server.url, journal: own = journal, end = "go on", reads = Infinity } = {}) =>
      startVictim([endpoint, root, ledger, own, end, String(reads)]),
    client: () =>
      createFlagClient({
        ...{ endpoint: server.url, clientKey: "secret", logger: null, exposures: { outbox: fileJournal(journal) } },
        trust: { root, audience: "api.test" },
      }),
    promised: () => (existsSync(ledger) ? readFileSync(ledger, "utf8").trim().split("\n") : []),
    async stored() {
      const times = new Map<string, number>();
      for await (const { unit, timesReported } of store.readExposures()) {
        times.set(unit, (times.get(unit) ?? 0) + timesReported);
      }
      return times;
    },
    async close() {
      await server.close();
      await store.close();
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
