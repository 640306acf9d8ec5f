/** aplomb root: makes, changes and shows the roots that clients trust. @module */
import {
  advanceRoot,
  makeKeyDirectory,
  type RootAdvance,
  type RootOutcome,
  readKeyFile,
  readNewestRoot,
  readTrustedKey,
  signFirstRoot,
  writeRootFile,
} from "@aplomb/authoring";
import { openRoot } from "@aplomb/core";
import type { Command } from "commander";
import { wholeNumberFrom } from "../number-option.js";
import { projectPaths } from "../project-paths.js";
import { jsonOfRoot, printRoot } from "../root-text.js";
import type { Terminal } from "../terminal.js";

interface KeyOptions {
  readonly keys: string;
  readonly json?: boolean;
}

interface AdvanceOptions extends KeyOptions {
  readonly rootKey?: readonly string[];
  readonly validDays: number;
  readonly replace?: string;
  readonly keepEpoch?: boolean;
}

interface InitOptions extends KeyOptions {
  readonly trustDomain: string;
  readonly rootKey: readonly string[];
  readonly bundleKey: readonly string[];
  readonly threshold: number;
  readonly validDays: number;
}

const DAY_MS = 86_400_000;

const EXAMPLES = `
Examples:
  aplomb root show                       the newest root: its keys, its epoch, how long it lasts
  aplomb root rotate                     a new bundle key; what the old one has signed holds on
  aplomb root rotate --replace KEYID     a new key in the place of a lost one, of either kind
  aplomb root revoke KEYID               a key in wrong hands: it speaks no more, versions begin anew in a new epoch
  aplomb root revoke KEYID --keep-epoch  the end of an overlap: an old bundle key that nobody has stolen
  aplomb root renew                      before a root expires, or after
  aplomb root rotate --root-key /media/a/root-1.jwk /media/b/root-2.jwk

Root N+1 is signed by as many keys as root N asks for, and as many as it asks for itself. It is written as <n>.root
beside the keys; "aplomb sign" and "aplomb publish --refresh" publish it at v1/root/<n>, where clients follow it.`;

/** Adds the command, with its own commands, to a program. */
export function addRoot(program: Command, terminal: Terminal): void {
  const root = program
    .command("root")
    .summary("change the keys that clients trust")
    .description("Makes, changes and shows the roots of a trust domain: which keys clients believe.")
    .addHelpText("after", EXAMPLES);
  const { keys } = projectPaths(".");
  const withKeys = (name: string, description: string): Command =>
    root.command(name).description(description).option("--keys <dir>", "directory of the keys and roots", keys);
  const signing = (name: string, description: string): Command =>
    withKeys(name, description)
      .option("--root-key <file...>", "root keys that sign (default: root-*.jwk among the keys)")
      .option("--valid-days <n>", "how long the new root lasts", wholeNumberFrom(1), 365)
      .option("--json", "print JSON");
  const advance = (options: AdvanceOptions, what: Partial<RootAdvance>) => advanceAndSay(options, what, terminal);

  withKeys("init", "Signs root 1 from keys that are there. (aplomb keygen makes keys and root 1 in one go.)")
    .requiredOption("--trust-domain <name>", "whom the keys speak for")
    .requiredOption("--root-key <file...>", "root keys; those that only hold a public half do not sign")
    .requiredOption("--bundle-key <file...>", "bundle keys; public halves suffice")
    .option("--threshold <n>", "how many root keys must agree", wholeNumberFrom(1), 2)
    .option("--valid-days <n>", "how long the root lasts", wholeNumberFrom(1), 365)
    .option("--json", "print JSON")
    .action((options: InitOptions) => init(options, terminal));
  signing("rotate", "Adds a bundle key, which signs from now on; or puts a new key in the place of one.")
    .option("--replace <keyid>", "this key no longer speaks; a new one of its kind does")
    .action((options: AdvanceOptions) =>
      advance(options, options.replace === undefined ? { rotate: true } : { drop: options.replace }),
    );
  signing(
    "revoke",
    "Drops a key and begins a new epoch: what the key has signed is refused by all who see the new root.",
  )
    .argument("<keyid>", "as aplomb root show lists it")
    .option("--keep-epoch", "go on counting versions: nobody else has had the key")
    .action((drop: string, options: AdvanceOptions) => advance(options, { drop, raiseEpoch: !options.keepEpoch }));
  signing("renew", "Signs the next root with the same keys: it only lasts longer.").action((options: AdvanceOptions) =>
    advance(options, {}),
  );
  withKeys("show", "Shows the newest root, after checking the whole chain of roots.")
    .option("--json", "print JSON")
    .action((options: KeyOptions) => show(options, terminal));
}

async function advanceAndSay(options: AdvanceOptions, what: Partial<RootAdvance>, terminal: Terminal): Promise<void> {
  const { keys, rootKey: rootKeyFiles, validDays } = options;
  const outcome = await advanceRoot(keys, {
    ...{ rootKeyFiles, atMs: Date.now(), validForMs: validDays * DAY_MS },
    ...what,
  });
  sayRoot(outcome, options, terminal);
  if (options.json) return;
  const next = what.raiseEpoch ? "aplomb build, aplomb sign, aplomb publish" : "aplomb publish --refresh";
  terminal.print(terminal.colors.dim(`Clients follow it once it is published: ${next}`));
}

async function init(options: InitOptions, terminal: Terminal): Promise<void> {
  const { keys, trustDomain, threshold, validDays } = options;
  const rootKeys = await Promise.all(options.rootKey.map(readTrustedKey));
  const bundleKeys = await Promise.all(options.bundleKey.map(readTrustedKey));
  const signing = await Promise.all(options.rootKey.map((path) => readKeyFile(path).catch(() => undefined)));
  const envelope = await signFirstRoot(
    { trustDomain, threshold, rootKeys, bundleKeys, atMs: Date.now(), validForMs: validDays * DAY_MS },
    signing.filter((key) => key !== undefined),
  );
  await makeKeyDirectory(keys);
  const files = [await writeRootFile(keys, envelope), "root.envelope"];
  sayRoot({ root: openRoot(envelope), envelope, files }, options, terminal);
}

function sayRoot({ root, envelope, files }: RootOutcome, { keys, json }: KeyOptions, terminal: Terminal): void {
  if (json) {
    terminal.json({ ok: true, dir: keys, files, ...jsonOfRoot(root, envelope) });
    return;
  }
  const { bold } = terminal.colors;
  terminal.print(`${bold("Signed")} root ${root.version} in ${bold(keys)}: ${files.join(", ")}`);
  printRoot(root, Date.now(), terminal);
}

async function show({ keys, json }: KeyOptions, terminal: Terminal): Promise<void> {
  const { envelope, count } = await readNewestRoot(keys);
  const root = openRoot(envelope);
  if (json) terminal.json({ ok: true, dir: keys, roots: count, ...jsonOfRoot(root, envelope) });
  else printRoot(root, Date.now(), terminal);
}
