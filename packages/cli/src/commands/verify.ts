/** aplomb verify: what a client would say to a publication. @module */
import { readFile } from "node:fs/promises";
import {
  type AudienceVerdict,
  directorySource,
  endpointSource,
  type PublicationVerdict,
  printable,
  verifyPublication,
} from "@aplomb/authoring";
import type { Floor } from "@aplomb/core";
import { type Command, Option } from "commander";
import { CheckFailed } from "../check-failed.js";
import { dateText } from "../date-text.js";

import { projectPaths } from "../project-paths.js";
import { readFloor } from "../read-floor.js";
import { expiryText } from "../root-text.js";
import type { Terminal } from "../terminal.js";

interface VerifyOptions {
  readonly url?: string;
  readonly root?: string;
  readonly after?: string;
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
  aplomb verify public --after yesterday/manifest      as a client that has that version already

A client that pins a root follows the later ones, and so does this. What it refuses is said with the client's code, and
what to do about it. Without --root, the publication's own first root is believed: that finds damage, not forgery.`;

/** Adds the command to a program. */
export function addVerify(program: Command, terminal: Terminal): void {
  program
    .command("verify")
    .summary("check signatures, digests and content as a client would")
    .description("Verifies a publication, in a directory or at an endpoint, and opens every bundle as a client would.")
    .argument("[publication]", "directory of a publication", projectPaths(".").publication)
    .addOption(new Option("--url <endpoint>", "verify what an endpoint serves; needs --audience"))
    .option("--audience <name...>", "only these audiences")
    .option("--root <file>", "the root that clients pin: root.envelope, or an earlier <n>.root")
    .option("--after <manifest>", "what a client has already: nothing may be older")
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

async function verify(dir: string, options: VerifyOptions, terminal: Terminal): Promise<void> {
  const { url, clientKey, audience: audiences } = options;
  const source = url === undefined ? directorySource(dir) : endpointSource(url, { clientKey });
  const rootEnvelope = options.root === undefined ? undefined : await readFile(options.root);
  const floor: Floor | undefined = options.after === undefined ? undefined : await readFloor(options.after);
  const { progress: onProgress } = terminal;
  const verdict = await verifyPublication(source, { rootEnvelope, audiences, floor, atMs: Date.now(), onProgress });
  const ok = verdict.error === undefined && verdict.audiences.every((audience) => audience.ok);
  if (options.json) terminal.json({ ok, ...jsonOf(verdict) });
  else printVerdict(verdict, terminal);
  if (!ok) throw new CheckFailed();
}

function jsonOf({ root, pinnedVersion, isOwnRoot, audiences, code, error, remedy }: PublicationVerdict): object {
  const { trustDomain, version, epoch, expiresAtMs } = root ?? {};
  const rootJson = root && { trustDomain, version, epoch, expiresAtMs, pinnedVersion, isPinned: !isOwnRoot };
  return { code, error, remedy, root: rootJson, audiences };
}

function printVerdict(verdict: PublicationVerdict, terminal: Terminal): void {
  const { bold, dim, red } = terminal.colors;
  const { root, pinnedVersion, isOwnRoot, error, remedy, audiences } = verdict;
  if (root !== undefined) {
    const origin = isOwnRoot ? "the publication's own root: this finds damage, not forgery" : "from the pinned root";
    const way = pinnedVersion === root.version ? origin : `${origin} ${pinnedVersion}`;
    const expiry = expiryText(root, Date.now(), terminal);
    terminal.print(
      `${bold(root.trustDomain)}  root ${root.version}, epoch ${root.epoch}  ${dim(`(${way})`)}  ${expiry}`,
    );
  }
  if (error !== undefined) terminal.print(`${red("failed")}  ${error}\n          ${remedy}`);
  for (const audience of audiences) terminal.print(`  ${verdictLine(audience, terminal)}`);
}

function verdictLine(verdict: AudienceVerdict, { colors }: Terminal): string {
  const { audience, ok, error, remedy, manifest, flagCount, isStale, fitsPages, diagnostics } = verdict;
  const { green, red, yellow, dim } = colors;
  const name = printable(audience).padEnd(24);
  const entries = diagnostics.map((diagnostic) => printable(`${diagnostic.entry}: ${diagnostic.message}`)).join("; ");
  if (!ok || manifest === undefined) {
    const why = entries === "" ? printable(error ?? "") : `${printable(error ?? "")}: ${entries}`;
    return `${red("failed")}  ${name} ${why}\n            ${dim(remedy ?? "")}`;
  }
  const freshUntil = dateText(manifest.freshUntilMs);
  const freshness = isStale ? yellow(`stale since ${freshUntil}`) : dim(`fresh until ${freshUntil}`);
  const suspect = entries === "" ? "" : `  ${yellow(entries)}`;
  const size = `${manifest.sizeBytes} bytes${fitsPages ? "" : " (too large for pages)"}`;
  return `${green("ok")}      ${name} version ${manifest.version}, ${flagCount} flags, ${size}  ${freshness}${suspect}`;
}
