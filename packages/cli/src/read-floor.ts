/** What a client has already, from a manifest's file. @module */
import { readFile } from "node:fs/promises";
import { inspectArtefact } from "@aplomb/authoring";
import { FlagError, type Floor } from "@aplomb/core";

/**
 * The version that a manifest names, as a client remembers it.
 *
 * @throws FlagError OPTION if the file is no manifest.
 */
export async function readFloor(path: string): Promise<Floor> {
  const inspection = await inspectArtefact(new Uint8Array(await readFile(path))).catch(() => undefined);
  if (inspection?.kind === "manifest") return inspection.manifest;
  throw new FlagError("OPTION", `--after: ${path} is no manifest`);
}
