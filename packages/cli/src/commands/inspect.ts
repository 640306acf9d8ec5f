/** aplomb inspect: what is in a root, a manifest or a bundle. @module */
import { readFile } from "node:fs/promises";
import { type Inspection, inspectArtefact, printable } from "@aplomb/authoring";
import { FlagError, isFlagError } from "@aplomb/core";
import type { Command } from "commander";
import { dateText } from "../date-text.js";

import { jsonOfRoot, printRoot } from "../root-text.js";
import type { Terminal } from "../terminal.js";

interface InspectOptions {
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  aplomb inspect .aplomb/keys/root.envelope
  aplomb inspect .aplomb/publication/v1/web.production/manifest
  aplomb inspect .aplomb/build/web.production.bundle
  curl -s https://flags.example/v1/web.production/manifest | aplomb inspect -

It says what the file says, and believes nothing of it: "aplomb verify" does what clients do.`;

/** Adds the command to a program. */
export function addInspect(program: Command, terminal: Terminal): void {
  program
    .command("inspect")
    .summary("show what is in a root, a manifest or a bundle")
    .description("Shows what a file of a publication says: flags, rules and sizes; versions and dates; keys.")
    .argument("<file>", "a root, a manifest or a bundle; - for standard input")
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action((file: string, options: InspectOptions) => inspect(file, options, terminal));
}

async function inspect(file: string, { json }: InspectOptions, terminal: Terminal): Promise<void> {
  const bytes = new Uint8Array(await readFile(file === "-" ? "/dev/stdin" : file));
  const inspection = await inspectArtefact(bytes).catch((cause: unknown) => {
    if (!isFlagError(cause)) throw cause;
    throw new FlagError("MALFORMED", `${file} is no root, manifest or bundle: ${cause.message}`, { cause });
  });
  if (json) terminal.json({ ok: true, file, ...jsonOf(inspection, bytes) });
  else print(inspection, terminal);
}

function jsonOf(inspection: Inspection, bytes: Uint8Array): object {
  if (inspection.kind !== "root") return inspection;
  const { kind, root, signedBy, sizeBytes } = inspection;
  return { kind, ...jsonOfRoot(root, bytes), signedBy, sizeBytes };
}

function print(inspection: Inspection, terminal: Terminal): void {
  const { bold, dim, yellow } = terminal.colors;
  if (inspection.kind === "root") {
    printRoot(inspection.root, Date.now(), terminal);
    terminal.print(dim(`signed by ${printable(inspection.signedBy.join(", ")) || "none of its own root keys"}`));
    return;
  }
  if (inspection.kind === "manifest") {
    const { manifest, keyids } = inspection;
    terminal.print(
      `${bold(printable(manifest.audience))} of ${bold(printable(manifest.trustDomain))}  version ${manifest.version}`,
    );
    terminal.print(
      `  epoch ${manifest.epoch}, under root ${manifest.rootVersion}, by key ${printable(keyids.join(", "))}`,
    );
    terminal.print(`  issued ${dateText(manifest.issuedAtMs)}, fresh until ${dateText(manifest.freshUntilMs)}`);
    terminal.print(
      `  bundle ${manifest.sha256}, ${manifest.sizeBytes} bytes${manifest.allowShrink ? ", may shrink" : ""}`,
    );
    return;
  }
  const { flags, segments, sizeBytes, gzipBytes, sha256 } = inspection;
  const sizes = `${sizeBytes} bytes, ${gzipBytes} with gzip`;
  terminal.print(`${bold(`${flags.length} flags`)}, ${segments.length} segments  ${sizes}  ${dim(sha256)}`);
  for (const { key, rules, variants, sizeBytes: size, problem } of flags) {
    const counts = `${rules} rules, ${variants} variants, ${size} bytes`;
    terminal.print(
      `  ${printable(key).padEnd(32)} ${counts}${problem === undefined ? "" : `  ${yellow(printable(problem))}`}`,
    );
  }
  for (const { id, sizeBytes: size } of segments) terminal.print(`  ${dim(`segment ${printable(id)}, ${size} bytes`)}`);
}
