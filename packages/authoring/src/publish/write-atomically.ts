/** Writes a file so that readers see the old content or the new, never a part. @module */
import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Replaces or makes a file, with its directories: a temporary file beside it, synced to disk, then renamed. */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const dir = dirname(path);
  await mkdir(dir, { recursive: true });
  const temporary = join(dir, `.${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, "wx", 0o644);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dir);
}

/** So that the new name survives a power cut; some file systems cannot, and need not. */
async function syncDirectory(dir: string): Promise<void> {
  const directory = await open(dir, "r").catch(() => undefined);
  await directory?.sync().catch(() => undefined);
  await directory?.close();
}
