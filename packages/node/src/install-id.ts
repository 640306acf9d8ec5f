/** The random name of an installation, in a file: made once, whoever asks first. @module */
import { randomUUID } from "node:crypto";
import { link, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readOwnFile, removeFile, replaceFile } from "./own-file.js";

const ID = /^[0-9a-f]{32}$/;

/**
 * The id that a directory has; the given one, kept from now on, if it has none.
 *
 * A file takes its name whole and only where there is none, so that processes that start together agree.
 *
 * @param directory - Must be there.
 * @throws What the file system says if none could be kept.
 */
export async function keepInstallId(directory: string, fresh: string): Promise<string> {
  const path = join(directory, "install-id");
  const kept = await readId(path);
  if (kept !== undefined) return kept;
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, fresh, { flag: "wx", mode: 0o600, flush: true });
    await link(temporary, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  } finally {
    await removeFile(temporary);
  }
  const now = await readId(path);
  if (now !== undefined) return now;
  // Somebody's file is there that is no id.
  await replaceFile(path, new TextEncoder().encode(fresh));
  return fresh;
}

async function readId(path: string): Promise<string | undefined> {
  const bytes = await readOwnFile(path);
  const text = bytes && new TextDecoder().decode(bytes);
  return text !== undefined && ID.test(text) ? text : undefined;
}
