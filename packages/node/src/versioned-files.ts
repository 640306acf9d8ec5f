/** Files of one kind, one for each version: the highest stays, however many processes write, and without a lock. @module */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isMissing, readOwnFile, removeFile, removeOldFiles, replaceFile } from "./own-file.js";

/** How often a directory is read again because a file went away in between: each time there is a newer one instead. */
const TRIES = 20;

/** What a file's name says. */
export interface FileVersion {
  readonly epoch: number;
  readonly version: number;
}

/** A file that is ours and whole. */
export interface VersionedFile<T> extends FileVersion {
  readonly content: T;
}

/**
 * Files of one kind in a directory.
 *
 * A file is removed only by whoever has seen newer ones that are whole. So whatever any process has seen as the
 * highest version, every process sees that or a higher one from then on, and one that dies leaves nothing locked.
 */
export interface VersionedFiles<T> {
  /** What is whole, newest first. Missing, damaged and foreign files are passed over. */
  read(): Promise<readonly VersionedFile<T>[]>;
  /**
   * Adds or replaces a version, then removes all but the newest few.
   *
   * @throws What the file system says.
   */
  write(version: FileVersion, bytes: Uint8Array): Promise<void>;
  /** Removes a version; nothing if it is not there. */
  remove(version: FileVersion): Promise<void>;
}

/**
 * Looks after such files.
 *
 * @param stem - What their names begin with.
 * @param kind - What their names end with.
 * @param keep - How many stay.
 * @param decode - Undefined for bytes that are damaged.
 */
export function versionedFiles<T>(
  directory: string,
  stem: string,
  kind: string,
  keep: number,
  decode: (bytes: Uint8Array) => T | undefined,
): VersionedFiles<T> {
  const names = new RegExp(`^${stem}\\.(\\d+)\\.(\\d+)\\.${kind}$`);
  const pathOf = ({ epoch, version }: FileVersion): string => join(directory, `${stem}.${epoch}.${version}.${kind}`);

  async function listed(): Promise<FileVersion[]> {
    const found = (await readdir(directory).catch(() => [])).map((name) => names.exec(name) ?? []);
    return found
      .filter(([name]) => name !== undefined)
      .map(([, epoch, version]) => ({ epoch: Number(epoch), version: Number(version) }))
      .sort(newestFirst);
  }

  /** Undefined if a file vanished between being listed and being read: then there is a newer one. */
  async function readOnce(): Promise<VersionedFile<T>[] | undefined> {
    const whole: VersionedFile<T>[] = [];
    for (const version of await listed()) {
      if (whole.length === keep) break;
      const path = pathOf(version);
      const bytes = await readOwnFile(path);
      const content = bytes && decode(bytes);
      if (content !== undefined) whole.push({ ...version, content });
      else if (bytes === undefined && (await isMissing(path))) return undefined;
    }
    return whole;
  }

  async function read(): Promise<readonly VersionedFile<T>[]> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const whole = await readOnce();
      if (whole) return whole;
    }
    return [];
  }

  return {
    read,
    remove: (version) => removeFile(pathOf(version)),
    async write(version, bytes) {
      await replaceFile(pathOf(version), bytes);
      const oldest = (await read())[keep - 1];
      const isObsolete = (file: FileVersion): boolean => oldest !== undefined && newestFirst(oldest, file) < 0;
      await Promise.all((await listed()).filter(isObsolete).map((file) => removeFile(pathOf(file))));
      await removeOldFiles(directory, `${stem}.`, ".tmp");
    },
  };
}

function newestFirst(one: FileVersion, other: FileVersion): number {
  return other.epoch - one.epoch || other.version - one.version;
}
