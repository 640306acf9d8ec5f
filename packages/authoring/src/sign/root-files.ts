/** Keeps the roots of a trust domain as files: `1.root`, `2.root` …, and the newest once more as `root.envelope`. @module */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openRoot } from "@aplomb/core";
import { AuthoringError } from "../authoring-error.js";
import { writeAtomically } from "../publish/write-atomically.js";
import { verifyNextRoot } from "../verify/verify-next-root.js";

/** The newest root: public, and what new clients are given as their trust. */
export const ROOT_FILE = "root.envelope";
const ROOT_VERSION = /^([1-9]\d{0,15})\.root$/;

/** Whether a name is that of a root's file. */
export function isRootFile(name: string): boolean {
  return name === ROOT_FILE || ROOT_VERSION.test(name);
}

/**
 * The envelopes of a directory's roots, the oldest first; each has been verified by the one before. None if there are none.
 *
 * @throws AuthoringError KEYS_UNREADABLE if a root is missing between two, cannot be read, or was not signed by the one before.
 */
export async function readRoots(dir: string): Promise<Uint8Array[]> {
  const names: readonly string[] = await readdir(dir).catch(() => []);
  const versions = names.flatMap((name) => ROOT_VERSION.exec(name)?.slice(1).map(Number) ?? []).sort((a, b) => a - b);
  const files = versions.length > 0 ? versions.map((version) => `${version}.root`) : names.filter(isRootFile);
  const roots: Uint8Array[] = [];
  for (const file of files) {
    const envelope = new Uint8Array(await readFile(join(dir, file)));
    try {
      const last = roots.at(-1);
      if (last === undefined) openRoot(envelope);
      else await verifyNextRoot(openRoot(last), envelope);
    } catch (cause) {
      throw new AuthoringError(`${join(dir, file)} cannot be used as a root: ${(cause as Error).message}`, {
        code: "KEYS_UNREADABLE",
        remedy: "Restore the file from where you keep it: every endpoint serves it at /v1/root/<n>.",
        cause,
      });
    }
    roots.push(envelope);
  }
  return roots;
}

/**
 * The envelope of a directory's newest root, and how many there are.
 *
 * @throws AuthoringError KEYS_MISSING if there is none; and what {@link readRoots} throws.
 */
export async function readNewestRoot(dir: string): Promise<{ readonly envelope: Uint8Array; readonly count: number }> {
  const roots = await readRoots(dir);
  const envelope = roots.at(-1);
  if (envelope !== undefined) return { envelope, count: roots.length };
  const remedy = "Make keys and root 1 with `aplomb keygen`, or name their directory with --keys.";
  throw new AuthoringError(`there is no root in ${dir}`, { code: "KEYS_MISSING", remedy });
}

/**
 * Adds a root to a directory; what is there stays.
 *
 * @throws AuthoringError ROOT_CONFLICT if a root of its version is there: a version is never used twice.
 */
export async function writeRootFile(dir: string, envelope: Uint8Array): Promise<string> {
  const name = `${openRoot(envelope).version}.root`;
  try {
    await writeFile(join(dir, name), envelope, { mode: 0o600, flag: "wx" });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
    throw new AuthoringError(`${join(dir, name)} is there already`, {
      code: "ROOT_CONFLICT",
      remedy: "Work on the newest root; where two people have made one each, agree on one and delete the other's.",
      cause,
    });
  }
  await writeAtomically(join(dir, ROOT_FILE), envelope, 0o600);
  return name;
}
