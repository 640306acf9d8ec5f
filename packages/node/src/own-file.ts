/** Files that are ours alone: read only if nobody else could have put them there, replaced only as a whole. @module */
import { randomUUID } from "node:crypto";
import { constants, type FileHandle, lstat, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Larger than any bundle that a client accepts, with what is stored beside it. */
const MOST_BYTES = 67_108_864;
// Windows has neither symbolic links that follow nor owners in this sense.
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
// Opening a named pipe waits for its other end, on one of the few threads that all of the process's files and names share.
const NO_WAIT = constants.O_NONBLOCK ?? 0;
/** What nobody has touched for this long, nobody is writing. */
const OLD_MS = 60_000;

/** The content of a file; undefined if it is missing, unreadable, a link, a pipe, not ours, or too large. */
export async function readOwnFile(path: string): Promise<Uint8Array | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, constants.O_RDONLY | NO_FOLLOW | NO_WAIT);
    const { uid, size, ...stats } = await file.stat();
    const isOurs = process.getuid === undefined || uid === process.getuid();
    return isOurs && size <= MOST_BYTES && (stats.mode & constants.S_IFMT) === constants.S_IFREG
      ? new Uint8Array(await file.readFile())
      : undefined;
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}

/**
 * Replaces a file: after a crash at any moment there is the old content or the new one.
 *
 * @throws What the file system says; no half-written file is left.
 */
export async function replaceFile(path: string, content: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW, 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** Whether there is nothing at a path. */
export async function isMissing(path: string): Promise<boolean> {
  return lstat(path).then(
    () => false,
    () => true,
  );
}

/** Removes a file if that can be done. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => {});
}

/** Removes the files that processes left half-written when they died. */
export async function removeOldFiles(directory: string, start: string, end: string): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names.filter((found) => found.startsWith(start) && found.endsWith(end))) {
    const path = join(directory, name);
    const { mtimeMs = Number.POSITIVE_INFINITY } = (await lstat(path).catch(() => undefined)) ?? {};
    if (Date.now() - mtimeMs > OLD_MS) await removeFile(path);
  }
}

/** Makes a rename last; not every system knows how to. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY).catch(() => undefined);
  await directory?.sync().catch(() => {});
  await directory?.close();
}
