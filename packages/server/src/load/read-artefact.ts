/** Reads one published file, never more of it than it may have. @module */
import { type FileHandle, open } from "node:fs/promises";

/** Error codes of a path that leads nowhere. */
const absent: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "EISDIR"]);

/**
 * The bytes of a file; undefined where there is none.
 *
 * @param maxBytes - A longer file is refused before it is read.
 * @throws Error when the file is too long or cannot be read.
 */
export async function readArtefact(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    const stat = await file.stat();
    if (!stat.isFile()) return undefined;
    if (stat.size > maxBytes) throw new Error(`${path} has ${stat.size} bytes; at most ${maxBytes} are allowed`);
    const bytes = Buffer.alloc(stat.size);
    const { bytesRead } = await file.read(bytes, 0, stat.size, 0);
    return bytes.subarray(0, bytesRead);
  } catch (error) {
    if (error instanceof Error && "code" in error && absent.has(String(error.code))) return undefined;
    throw error;
  } finally {
    await file?.close();
  }
}
