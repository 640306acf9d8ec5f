/** aplomb explain: why a flag gives what it gives. @module */
import { printable } from "@aplomb/authoring";
import {
  type EvaluationContext,
  type Explanation,
  explain,
  type FlagSet,
  openBundle,
  type ResolveOptions,
  redactExplanation,
} from "@aplomb/core";
import type { Command } from "commander";
import { CheckFailed } from "../check-failed.js";
import { readBundleOf } from "../compare/read-bundles.js";
import { readContext, readMaterializations } from "../explain/read-json-option.js";
import { renderExplanation } from "../explain/render-explanation.js";

import type { Terminal } from "../terminal.js";

interface ExplainOptions {
  readonly context: string;
  readonly audience?: string;
  readonly materializations?: string;
  readonly redact?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  aplomb explain . checkout --audience web.production --context '{"targetingKey":"user-1","country":"SE"}'
  aplomb explain .aplomb/publication checkout --audience web.production --context context.json
  aplomb explain acme.bundle checkout --context context.json --redact --json > for-the-ticket.json

BUNDLE is a project (its directory), a build, a publication's directory, or a file of one bundle. A publication is verified
against its own root; a file is taken as it is.
✓ yes · ✗ no · ? cannot be told · – not asked. Conditions after one that decides are not shown: they are not asked.`;

/** How many keys are offered when one is not there. */
const MAX_KEYS = 20;

/** Adds the command to a program. */
export function addExplain(program: Command, terminal: Terminal): void {
  program
    .command("explain")
    .summary("say why a flag gives what it gives")
    .description(
      "Resolves a flag of a bundle, and shows every rule, condition, bucket and stored assignment on the way.",
    )
    .argument("<bundle>", "project, build, publication or bundle")
    .argument("<flag>", "the flag's key, without a path")
    .requiredOption("--context <json>", "the evaluation context: a file, - for standard input, or JSON as it is")
    .option("--audience <name>", "whose bundle, where there are several")
    .option("--materializations <file>", 'stored assignments, a JSON list of records; "deferred" shows what is read')
    .option("--redact", "without attributes, units and buckets: structure only")
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action((bundle: string, flagKey: string, options: ExplainOptions) =>
      explainFlag(bundle, flagKey, options, terminal),
    );
}

async function explainFlag(path: string, flagKey: string, options: ExplainOptions, terminal: Terminal): Promise<void> {
  const flagSet = openBundle((await readBundleOf(path, options.audience)).bytes);
  const context = withTime(flagSet, await readContext(options.context));
  const full = explain(flagSet, flagKey, context, await resolveOptionsOf(options));
  const explanation = options.redact ? redactExplanation(full) : full;
  const ok = !["ERROR", "FLAG_NOT_FOUND"].includes(explanation.resolution.reason);
  if (options.json) terminal.json({ ok, ...explanation });
  else print(explanation, flagSet, terminal);
  if (!ok) throw new CheckFailed();
}

/** Clients add the time for schedules, and so does this, unless the context says for what time to ask. */
function withTime({ usesSchedules }: FlagSet, context: EvaluationContext): EvaluationContext {
  return usesSchedules && !("$nowMs" in context) ? { ...context, $nowMs: Date.now() } : context;
}

async function resolveOptionsOf({ materializations }: ExplainOptions): Promise<ResolveOptions> {
  return materializations === undefined ? {} : { materializations: await readMaterializations(materializations) };
}

function print(explanation: Explanation, flagSet: FlagSet, terminal: Terminal): void {
  terminal.print(renderExplanation(explanation, terminal.colors).trimEnd());
  const { flagKey, resolution } = explanation;
  if (resolution.reason === "FLAG_NOT_FOUND") terminal.note(notFoundLine(flagKey, [...flagSet.flagKeys]));
  for (const { entry, message } of flagSet.diagnostics)
    terminal.note(`${terminal.noteColors.yellow(printable(entry))}: ${printable(message)}`);
}

function notFoundLine(flagKey: string, keys: readonly string[]): string {
  const [first = ""] = flagKey.split(".");
  if (first !== flagKey && keys.includes(first)) return `A flag is explained as a whole: ask for ${first}`;
  const left = keys.length - MAX_KEYS;
  return `The bundle has ${keys.length} flags: ${keys.slice(0, MAX_KEYS).map(printable).join(", ")}${left > 0 ? `, … ${left} more` : ""}`;
}
