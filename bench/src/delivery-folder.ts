/** Deliveries on disk: written by one process, read by those that measure. @module */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DeliveredFiles, Delivery } from "./contender.js";
import type { FlagSetName } from "./workload.js";

function folderOf(root: string, contender: string, flagSet: FlagSetName): string {
  return join(root, contender, flagSet);
}

/** Writes a delivery. */
export function writeDelivery(root: string, contender: string, flagSet: FlagSetName, files: DeliveredFiles): void {
  const folder = folderOf(root, contender, flagSet);
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
}

/** Reads a delivery into memory. */
export function readDelivery(root: string, contender: string, flagSet: FlagSetName): Delivery & { sizeBytes: number } {
  const folder = folderOf(root, contender, flagSet);
  const files = new Map(readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]));
  return {
    sizeBytes: [...files.values()].reduce((sum, { length }) => sum + length, 0),
    read(name) {
      const bytes = files.get(name);
      if (bytes === undefined) throw new Error(`the delivery of ${contender} has no file ${name}`);
      return bytes;
    },
    pathOf: (name) => join(folder, name),
  };
}
