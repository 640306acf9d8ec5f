/** aplomb import confidence: a Confidence resolver state to an unsigned bundle. @module */
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { printable } from "@aplomb/authoring";
import { type ImportOptions, importResolverState } from "@aplomb/confidence";
import { type Diagnostic, openBundle } from "@aplomb/core";
import { type Command, Option } from "commander";
import type { Terminal } from "../terminal.js";

interface ImportConfidenceOptions {
  readonly out: string;
  readonly account?: string;
  readonly client?: string;
  readonly environment?: readonly string[];
  readonly clientSecret?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  CONFIDENCE_CLIENT_SECRET=… aplomb import confidence state.pb --account acme --out acme.bundle
  aplomb import confidence state.pb --account acme --client clients/web --environment environments/prod --out web.bundle
  aplomb explain web.bundle checkout --context '{"targeting_key":"user-1"}'

STATE is a resolver state, bare or in the envelope it is handed out in; an envelope names its account. An encrypted one
has to be decrypted first. A secret stands for its client and the environments of its credential; a client without
--environment gets no rule that is for some environments only.

Names stay as they are, units fall into the same buckets. What is left out (quarantined) or looks wrong (suspect) is said
on standard error, and the rest is imported. Nobody has signed the bundle: publishBundles of @aplomb/authoring does.`;

/** Adds the command to a program, below `import`. */
export function addImportConfidence(program: Command, terminal: Terminal): void {
  program
    .command("import")
    .summary("bring in what another platform resolves by")
    .description("Brings in what another platform resolves by.")
    .command("confidence")
    .summary("turn a Confidence resolver state into a bundle")
    .description("Writes an unsigned bundle of everything that one client may resolve of a Confidence resolver state.")
    .argument("<state>", "file of a resolver state")
    .requiredOption("--out <file>", "where to put the bundle")
    .option("--account <id>", "whose state it is, without accounts/; an envelope says it by itself")
    .option("--client <name>", "for this client, as the state names it: clients/…")
    .option("--environment <name...>", "with --client: for these environments, as the state names them: environments/…")
    .addOption(new Option("--client-secret <secret>", "for the client it belongs to").env("CONFIDENCE_CLIENT_SECRET"))
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, options: ImportConfidenceOptions, command: Command) => {
      const importOptions = importOptionsOf(options, command);
      await importConfidence(file, importOptions, options, terminal);
    });
}

/** A client on the command line goes before a secret in the environment. */
function importOptionsOf(options: ImportConfidenceOptions, command: Command): ImportOptions {
  const { account, client, clientSecret, environment = [] } = options;
  if (client !== undefined && command.getOptionValueSource("clientSecret") === "cli") {
    command.error("error: --client and --client-secret exclude each other: a secret says whose it is");
  }
  if (client !== undefined) return { account, client, environments: environment };
  if (environment.length > 0) command.error("error: --environment needs --client: a secret's are in the state");
  // An empty secret is a variable that is not set.
  if (clientSecret) return { account, clientSecret };
  return command.error("error: for whom? Give --client-secret (or CONFIDENCE_CLIENT_SECRET), or --client");
}

async function importConfidence(
  file: string,
  importOptions: ImportOptions,
  { out, json }: ImportConfidenceOptions,
  terminal: Terminal,
): Promise<void> {
  const { bundle, diagnostics } = importResolverState(await readFile(file), importOptions);
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, bundle);
  const flags = [...openBundle(bundle).flagKeys];
  if (json) {
    const sha256 = createHash("sha256").update(bundle).digest("hex");
    terminal.json({ ok: true, out, flags, sizeBytes: bundle.length, sha256, diagnostics });
    return;
  }
  for (const diagnostic of diagnostics) terminal.note(diagnosticLine(diagnostic, terminal));
  const { bold } = terminal.colors;
  const count = flags.length === 1 ? "1 flag" : `${flags.length} flags`;
  terminal.print(`${bold("Imported")} ${count}, ${bundle.length} bytes, into ${bold(out)}`);
}

/** Names are the state's, so that whatever a terminal would obey is written out. */
function diagnosticLine({ entry, severity, message }: Diagnostic, { noteColors }: Terminal): string {
  const paint = severity === "quarantined" ? noteColors.red : noteColors.yellow;
  return `${paint(severity)}  ${printable(entry)}: ${printable(message)}`;
}
