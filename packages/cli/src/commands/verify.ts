/** aplomb verify: what a client would say to a publication. @module */
import { readFile } from "node:fs/promises";
import {
  type AudienceVerdict,
  directorySource,
  endpointSource,
  type PublicationVerdict,
  verifyPublication,
} from "@aplomb/authoring";
import { type Command, Option } from "commander";
import { projectPaths } from "../project-paths.js";
import type { Terminal } from "../terminal.js";

interface VerifyOptions {
  readonly url?: string;
  readonly root?: string;
  readonly audience?: readonly string[];
  readonly clientKey?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  aplomb verify                                        the publication in .aplomb/publication
  aplomb verify public --root root.envelope            another one, against the root that clients pin
  aplomb verify --url https://flags.example --audience web.production --root root.envelope
  APLOMB_CLIENT_KEY=… aplomb verify --url https://flags.example --audience service.production

Without --root, the publication's own root is believed: that finds damage, not forgery.`;

/** Adds the command to a program. */
export function addVerify(program: Command, terminal: Terminal): void {
  program
    .command("verify")
    .summary("check signatures, digests and content as a client would")
    .description("Verifies a publication, in a directory or at an endpoint, and opens every bundle as a client would.")
    .argument("[publication]", "directory of a publication", projectPaths(".").publication)
    .addOption(new Option("--url <endpoint>", "verify what an endpoint serves; needs --audience"))
    .option("--audience <name...>", "only these audiences")
    .option("--root <file>", "the root that clients pin: root.envelope")
    .addOption(new Option("--client-key <key>", "a service's secret key, for --url").env("APLOMB_CLIENT_KEY"))
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (dir: string, options: VerifyOptions, command: Command) => {
      if (options.url !== undefined && options.audience === undefined) {
        command.error("error: --url needs --audience: an endpoint does not list its audiences");
      }
      await verify(dir, options, terminal);
    });
}

/** Thrown when something did not verify; what and why has been printed. */
export class VerificationFailed extends Error {}

async function verify(dir: string, options: VerifyOptions, terminal: Terminal): Promise<void> {
  const { url, clientKey, audience: audiences } = options;
  const source = url === undefined ? directorySource(dir) : endpointSource(url, { clientKey });
  const rootEnvelope = options.root === undefined ? undefined : await readFile(options.root);
  const verdict = await verifyPublication(source, { rootEnvelope, audiences, atMs: Date.now() });
  const ok = verdict.error === undefined && verdict.audiences.every((audience) => audience.ok);
  if (options.json) terminal.json({ ok, ...jsonOf(verdict) });
  else printVerdict(verdict, terminal);
  if (!ok) throw new VerificationFailed();
}

function jsonOf({ root, isOwnRoot, error, audiences }: PublicationVerdict): object {
  const { trustDomain, version, epoch, expiresAtMs } = root ?? {};
  return { error, root: root && { trustDomain, version, epoch, expiresAtMs, isPinned: !isOwnRoot }, audiences };
}

function printVerdict({ root, isOwnRoot, error, audiences }: PublicationVerdict, terminal: Terminal): void {
  const { bold, dim, red } = terminal.colors;
  if (root !== undefined) {
    const origin = isOwnRoot ? "the publication's own root: this finds damage, not forgery" : "the pinned root";
    terminal.print(`${bold(root.trustDomain)}  root ${root.version}, epoch ${root.epoch}  ${dim(`(${origin})`)}`);
  }
  if (error !== undefined) terminal.print(`${red("failed")}  ${error}`);
  for (const audience of audiences) terminal.print(`  ${verdictLine(audience, terminal)}`);
}

function verdictLine(verdict: AudienceVerdict, { colors }: Terminal): string {
  const { audience, ok, error, manifest, flagCount, isStale, diagnostics } = verdict;
  const { green, red, yellow, dim } = colors;
  const name = audience.padEnd(24);
  const quarantined = diagnostics.map((diagnostic) => `${diagnostic.entry}: ${diagnostic.message}`).join("; ");
  if (!ok || manifest === undefined) return `${red("failed")}  ${name} ${error ?? quarantined}`;
  const freshUntil = new Date(manifest.freshUntilMs).toISOString();
  const freshness = isStale ? yellow(`stale since ${freshUntil}`) : dim(`fresh until ${freshUntil}`);
  const suspect = quarantined === "" ? "" : `  ${yellow(quarantined)}`;
  return `${green("ok")}      ${name} version ${manifest.version}, ${flagCount} flags, ${manifest.sizeBytes} bytes  ${freshness}${suspect}`;
}
