/** The file that says who is publishing: made by nobody twice, and taken away only by whom it names, or when that process is gone. @module */
import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { link, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

/** The name of the lock in a publication's directory. Outside of `v1`, so that no endpoint serves it. */
export const PUBLICATION_LOCK = ".publishing.lock";

/** Who holds a publication. */
export interface Holder {
  /** Different for each time that a lock is taken. */
  readonly nonce: string;
  readonly pid: number;
  readonly host: string;
  /** Where the process id means this process and no other: a boot of a system and a namespace of it. */
  readonly machine: string;
}

/** What came of an attempt. `holder` is undefined for a file that names nobody. */
export type LockAttempt =
  | { readonly taken: true; release(): Promise<void> }
  | { readonly taken: false; readonly path: string; readonly holder: Holder | undefined; readonly sinceMs: number };

/** As often as a lock may vanish, or be found abandoned, between two steps of one attempt. */
const MAX_TRIES = 4;
const noncePattern = /^[0-9a-f-]{36}$/;

/**
 * Takes the lock of a directory, which is made if it is not there. Never waits.
 *
 * A lock whose process is known to be gone is taken over: the process ran on this very system, and its id is free.
 */
export async function takePublicationLock(dir: string): Promise<LockAttempt> {
  await mkdir(dir, { recursive: true });
  const path = join(dir, PUBLICATION_LOCK);
  const own: Holder = { nonce: randomUUID(), pid: process.pid, host: hostname(), machine: thisMachine() };
  for (let tries = 1; ; tries++) {
    if (await createLock(path, own)) return { taken: true, release: () => removeIfOf(path, own.nonce) };
    const found = await readLock(path);
    if (found === undefined && tries < MAX_TRIES) continue;
    const { holder, sinceMs = 0 } = found ?? {};
    const isAbandoned = holder !== undefined && isGone(holder, own.machine);
    if (!isAbandoned || tries === MAX_TRIES || !(await breakLock(path, holder))) {
      return { taken: false, path, holder, sinceMs };
    }
  }
}

/** Whether the lock was made here. It is written under another name first, so that it names its holder from the beginning. */
async function createLock(path: string, holder: Holder): Promise<boolean> {
  const text = JSON.stringify(holder);
  const draft = `${path}.${holder.nonce}.new`;
  try {
    await writeFile(draft, text, { flag: "wx" });
    return await isNew(link(draft, path)).catch(() => createFile(path, text)); // not every file system has links
  } finally {
    await rm(draft, { force: true });
  }
}

function createFile(path: string, text: string): Promise<boolean> {
  return isNew(writeFile(path, text, { flag: "wx" }));
}

/** Whether something was made; false if it was there. */
async function isNew(making: Promise<void>): Promise<boolean> {
  try {
    await making;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** What a lock says; undefined if there is none any more. */
async function readLock(
  path: string,
): Promise<{ readonly holder: Holder | undefined; readonly sinceMs: number } | undefined> {
  try {
    const { mtimeMs: sinceMs } = await stat(path);
    return { holder: holderIn(await readFile(path, "utf8")), sinceMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function holderIn(text: string): Holder | undefined {
  try {
    const { nonce, pid, host, machine } = JSON.parse(text) as Partial<Holder>;
    if (typeof nonce !== "string" || !noncePattern.test(nonce) || !Number.isSafeInteger(pid)) return undefined;
    return { nonce, pid: pid as number, host: String(host), machine: String(machine) };
  } catch {
    return undefined;
  }
}

async function removeIfOf(path: string, nonce: string): Promise<void> {
  if ((await readLock(path))?.holder?.nonce === nonce) await rm(path, { force: true });
}

/**
 * Takes away the lock of a process that is gone; false if somebody else is about to.
 *
 * Only who has made the file that is named after this very lock may remove it, and looks again before: otherwise two could
 * find it abandoned, and the slower one remove the lock that the faster one has taken since.
 */
async function breakLock(path: string, { nonce }: Holder): Promise<boolean> {
  const claim = `${path}.${nonce}`;
  if (!(await createFile(claim, ""))) return false;
  try {
    await removeIfOf(path, nonce);
    return true;
  } finally {
    await rm(claim, { force: true });
  }
}

/** Whether a process has certainly ended; whoever ran elsewhere may be running still. */
function isGone({ pid, machine }: Holder, here: string): boolean {
  if (machine !== here || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** Containers may share a host's name and count their processes apart; where there are none, the name will do. */
function thisMachine(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${hostname()} ${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}
