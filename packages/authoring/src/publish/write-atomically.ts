/** Writes files so that readers see the old content or the new, never a part. @module */
import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A file that is on disk under another name, and takes its own at once. */
export interface StagedFile {
  /** Takes its name, in place of what had it. */
  commit(): Promise<void>;
  /** Goes away, if it has not taken its name. */
  discard(): Promise<void>;
}

/** Replaces or makes a file, with its directories. */
export async function writeAtomically(path: string, bytes: Uint8Array, mode?: number): Promise<void> {
  const staged = await stageFile(path, bytes, mode);
  try {
    await staged.commit();
  } finally {
    await staged.discard();
  }
}

/**
 * Writes a temporary file beside a path and syncs it to disk: all that can go wrong for want of space is over then.
 *
 * @param mode - Default 0644.
 */
export async function stageFile(path: string, bytes: Uint8Array, mode = 0o644): Promise<StagedFile> {
  const dir = dirname(path);
  await mkdir(dir, { recursive: true });
  const temporary = join(dir, `.${randomUUID()}.tmp`);
  const discard = (): Promise<void> => rm(temporary, { force: true });
  try {
    const file = await open(temporary, "wx", mode);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await discard();
    throw error;
  }
  const commit = async (): Promise<void> => {
    await rename(temporary, path);
    await syncDirectory(dir);
  };
  return { commit, discard };
}

/** So that the new name survives a power cut; some file systems cannot, and need not. */
async function syncDirectory(dir: string): Promise<void> {
  const directory = await open(dir, "r").catch(() => undefined);
  await directory?.sync().catch(() => undefined);
  await directory?.close();
}
