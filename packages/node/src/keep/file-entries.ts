/** A folder of entries that several processes share: each run has a folder of its own, and takes over those of the dead. @module */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { readdir, rename, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { EntryStore, StoredEntry } from "@aplomb/client/outbox";
import { createFileEntry, type Disk, openFileEntry, quietly } from "./file-entry.js";
import { isRunning, nameOfEnded, nameOfRun } from "./run-name.js";

/** Where entries are kept. */
export interface FileEntriesOptions {
  readonly directory: string;
  /** Whose entries they are. */
  readonly name: string;
  readonly maxBytes: number;
  /** For tests. */
  readonly disk?: Disk;
}

/** Makes a store of files. Nothing is made before the first entry. */
export function createFileEntries({ directory, name, maxBytes, disk = fs }: FileEntriesOptions): EntryStore {
  const base = join(directory, createHash("sha256").update(name).digest("hex").slice(0, 32));
  const own = nameOfRun();
  const folder = join(base, own);
  let count = 0;
  let isMade = false;
  let isClosed = false;

  function make(): void {
    if (isMade) return;
    disk.mkdirSync(folder, { recursive: true, mode: 0o700 });
    assertOurs(base);
    isMade = true;
  }

  /** A name that sorts by age, and that nobody else gives. */
  function create(bytes: Uint8Array): StoredEntry {
    make();
    const place = [Date.now(), count++].map((number) => String(number).padStart(15, "0")).join("-");
    return createFileEntry(join(folder, `${place}-${own.slice(-12)}.batch`), bytes, disk);
  }

  async function takeFrom(run: string): Promise<readonly string[]> {
    const { mtimeMs } = await stat(join(base, run));
    if (isRunning(run, Date.now() - mtimeMs)) return [];
    make();
    const taken: string[] = [];
    for (const file of await readdir(join(base, run), { withFileTypes: true })) {
      // Renaming is what takes a file over: of several processes that try, one succeeds.
      const move = async (): Promise<void> => rename(join(base, run, file.name), join(folder, file.name));
      if (file.isFile() && (await succeeds(move()))) taken.push(file.name);
    }
    await succeeds(rmdir(join(base, run)));
    return taken;
  }

  async function takeOver(): Promise<readonly StoredEntry[]> {
    const taken: string[] = [];
    const runs = await readdir(base, { withFileTypes: true }).catch(() => []);
    if (runs.length > 0) assertOurs(base);
    for (const run of runs) {
      if (run.isDirectory() && run.name !== own && !isClosed) taken.push(...(await takeFrom(run.name).catch(() => [])));
    }
    // Says to runs elsewhere that this one is there.
    quietly(() => fs.utimesSync(folder, new Date(), new Date()));
    return taken.sort().map((file) => openFileEntry(join(folder, file)));
  }

  const orNothing = (): Promise<readonly StoredEntry[]> => takeOver().catch(() => []);
  return {
    maxBytes,
    create(bytes) {
      try {
        return isClosed ? undefined : create(bytes);
      } catch {
        return undefined;
      }
    },
    takeOver: orNothing,
    clear() {
      quietly(() => fs.rmSync(folder, { recursive: true, force: true }));
      isMade = false;
      void orNothing().then((entries) => entries.forEach((entry) => void entry.remove()));
    },
    close() {
      isClosed = true;
      quietly(() =>
        fs.readdirSync(folder).length > 0 ? fs.renameSync(folder, join(base, nameOfEnded())) : fs.rmdirSync(folder),
      );
    },
  };
}

/**
 * Nobody else may put files where we read some.
 *
 * @throws Error for a link, or a folder of another user or that others can write to.
 */
function assertOurs(path: string): void {
  const found = fs.lstatSync(path);
  const isOwn = process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o022) === 0);
  if (!isOwn || !found.isDirectory()) throw new Error(`${path} is not a folder of our own`);
}

async function succeeds(work: Promise<void>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
