/** Reads the bundle to explain: a file of its bytes, or what a publication has for an audience. @module */
import { readFile, stat } from "node:fs/promises";
import { directorySource, verifyPublication } from "@aplomb/authoring";
import { FlagError } from "@aplomb/core";

/**
 * The bytes of a bundle.
 *
 * @param audience - For a directory of a publication; its only one, if it has one.
 * @throws FlagError OPTION when file and audience do not go together, NO_DATA when a publication has no bundle that
 * clients would take.
 */
export async function readBundle(path: string, audience: string | undefined): Promise<Uint8Array> {
  const isDirectory = (await stat(path)).isDirectory();
  if (isDirectory) return readPublished(path, audience);
  if (audience === undefined) return readFile(path);
  throw new FlagError("OPTION", `--audience: ${path} is one bundle, not the directory of a publication`);
}

async function readPublished(dir: string, audience: string | undefined): Promise<Uint8Array> {
  const source = directorySource(dir);
  const published = (await source.audiences()) ?? [];
  const name = audience ?? (published.length === 1 ? published[0] : undefined);
  if (name === undefined || !published.includes(name)) {
    const choice = published.length === 0 ? "none: is it a publication?" : published.join(", ");
    throw new FlagError("OPTION", `--audience: say which; ${dir} has ${choice}`);
  }
  const verdict = await verifyPublication(source, { audiences: [name], atMs: Date.now() });
  const { manifest, error = verdict.error } = verdict.audiences[0] ?? {};
  const bytes = manifest && error === undefined ? await source.read(`v1/${name}/b/${manifest.sha256}`) : undefined;
  if (bytes === undefined) throw new FlagError("NO_DATA", `${dir}, ${name}: ${error ?? "there is no bundle"}`);
  return bytes;
}
