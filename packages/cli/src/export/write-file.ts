/** Writes a file that takes its name when it is whole: who reads it never sees half of it. @module */
import { open, rename, rm } from "node:fs/promises";
import type { Sink } from "./write-table.js";

/** Writes to a file beside `path`, which takes its place when `write` is done, and is removed when that fails. */
export async function writeFileWhole<T>(path: string, write: (sink: Sink) => Promise<T>): Promise<T> {
  const part = `${path}.part`;
  const file = await open(part, "w");
  try {
    const result = await write(async (chunk) => {
      await file.appendFile(chunk);
    });
    await file.sync();
    await file.close();
    await rename(part, path);
    return result;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(part, { force: true });
    throw error;
  }
}
