/** aplomb keygen: makes the keys of a trust domain. @module */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { generateKeys, ROOT_FILE, writeKeys } from "@aplomb/authoring";
import type { Command } from "commander";
import { makeProjectFolder, projectPaths } from "../project-paths.js";
import { requireProject } from "../require-project.js";
import type { Terminal } from "../terminal.js";

interface KeygenOptions {
  readonly dir?: string;
  readonly trustDomain?: string;
  readonly dev?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  aplomb keygen                          keys for the project in this directory
  aplomb keygen --trust-domain shop.example --dir /media/keys
  aplomb keygen --dev                    one root key instead of three: for your own machine

Afterwards: keep root-*.jwk offline and apart, two of three are needed for the next root ("aplomb root"); signing needs
only bundle.jwk and the roots. Give clients root.envelope, which is public, as their trust.`;

/** Adds the command to a program. */
export function addKeygen(program: Command, terminal: Terminal): void {
  program
    .command("keygen")
    .summary("make signing keys and the root that clients trust")
    .description("Makes three root keys of which two must agree, a bundle key, and the signed root that clients trust.")
    .argument("[project]", "directory of aplomb.yaml, which names the trust domain", ".")
    .option("--dir <dir>", "where to put the keys (default: .aplomb/keys in the project)")
    .option("--trust-domain <name>", "whom the keys speak for, where there is no project")
    .option("--dev", "one root key, for development")
    .option("--force", "delete the keys that are there")
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action((project: string, options: KeygenOptions) => keygen(project, options, terminal));
}

async function keygen(projectDir: string, options: KeygenOptions, terminal: Terminal): Promise<void> {
  const trustDomain = options.trustDomain ?? (await requireProject(projectDir)).project.trustDomain;
  const dir = options.dir ?? projectPaths(projectDir).keys;
  if (options.dir === undefined) await makeProjectFolder(projectDir);
  const keys = await generateKeys({ trustDomain, dev: options.dev ?? false, atMs: Date.now() });
  const files = await writeKeys(dir, keys, { force: options.force ?? false });
  const root = (await readFile(join(dir, ROOT_FILE))).toString("base64");
  if (options.json) {
    terminal.json({ ok: true, trustDomain, dir, files, root });
    return;
  }
  const { bold, dim } = terminal.colors;
  terminal.print(
    `${bold("Made")} ${files.length} files in ${bold(dir)}, readable only by you, for ${bold(trustDomain)}`,
  );
  for (const name of files) terminal.print(`  ${name.padEnd(14)} ${dim(purposeOf(name))}`);
  terminal.print(`\n${bold("Root for your clients")} ${dim("(public; the option `trust`)")}\n${root}`);
}

function purposeOf(name: string): string {
  if (name === ROOT_FILE) return "public: what clients trust, the newest root";
  if (name.endsWith(".root")) return "public: that root by its number, as endpoints serve it";
  return name.startsWith("root-")
    ? "secret: signs the next root; keep it offline"
    : "secret: signs bundles; publishing needs it";
}
