/** An entry as a file: what was appended is there when the call returns, even if the process is killed then. @module */
import fs from "node:fs";
import type { StoredEntry } from "@aplomb/client/outbox";
import { readOwnFile } from "../own-file.js";

/** The calls of the file system that can fail for want of space; tests lend others. */
export type Disk = Pick<typeof fs, "openSync" | "writeSync" | "ftruncateSync" | "closeSync" | "mkdirSync">;

const { O_WRONLY, O_CREAT, O_EXCL, O_APPEND, O_NOFOLLOW = 0 } = fs.constants;
const NEW_FILE = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW;

/**
 * Creates a file with some bytes.
 *
 * Bytes are handed to the system, not to the medium: they survive the process, not a loss of power.
 *
 * @throws What the file system says; no file is left.
 */
export function createFileEntry(path: string, bytes: Uint8Array, disk: Disk): StoredEntry {
  let fd: number | undefined = disk.openSync(path, NEW_FILE, 0o600);
  let length = 0;

  function append(more: Uint8Array): boolean {
    if (fd === undefined) return false;
    try {
      for (let at = 0; at < more.length; ) at += disk.writeSync(fd, more, at);
      length += more.length;
      return true;
    } catch {
      cutBack();
      return false;
    }
  }

  /** Takes away the half of a record. Where that fails too, nothing is appended any more: readers pass over the half. */
  function cutBack(): void {
    try {
      if (fd !== undefined) disk.ftruncateSync(fd, length);
    } catch {
      seal();
    }
  }

  function seal(): void {
    const open = fd;
    fd = undefined;
    if (open !== undefined) quietly(() => disk.closeSync(open));
  }

  const entry = { append, seal, read: () => readFileEntry(path), remove: () => removeFile(path, seal) };
  if (append(bytes)) return entry;
  entry.remove();
  throw new Error(`${path} cannot be written`);
}

/** The entry of a file that is complete. */
export function openFileEntry(path: string): StoredEntry {
  return { append: () => false, seal() {}, read: () => readFileEntry(path), remove: () => removeFile(path) };
}

async function readFileEntry(path: string): Promise<Uint8Array> {
  const bytes = await readOwnFile(path);
  if (!bytes) throw new Error(`${path} is gone, or is not ours`);
  return bytes;
}

function removeFile(path: string, seal?: () => void): void {
  seal?.();
  quietly(() => fs.rmSync(path, { force: true }));
}

/** What cannot be tidied up is left for a later run. */
export function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // Nothing follows from it.
  }
}
