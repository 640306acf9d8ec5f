/** aplomb rollout: how far a version has come through the rings, and its next step. @module */
import { AuthoringError, haltRollout, promoteVersion, readKeys } from "@aplomb/authoring";
import type { Command } from "commander";
import { CheckFailed } from "../check-failed.js";
import { wholeNumberFrom } from "../number-option.js";
import { projectPaths } from "../project-paths.js";
import { type RolloutQuery, readRollout } from "../rollout/read-rollout.js";
import { ringName, sayRollout } from "../rollout/say-rollout.js";
import { lookAfterRollout, type WatchOutcome, waitingVersion } from "../rollout/watch-rollout.js";
import { sayPublished } from "../say-published.js";
import type { Surroundings, Terminal } from "../terminal.js";

interface RolloutFlags {
  readonly audience: string;
  readonly endpoint?: string;
  readonly token?: string;
  readonly instances: number;
  readonly soakSeconds: number;
  readonly keys: string;
  readonly json?: boolean;
}

interface WatchFlags extends RolloutFlags {
  readonly endpoint: string;
  readonly promote?: boolean;
  readonly intervalSeconds: number;
}

const EXAMPLES = `
Examples:
  aplomb sign build --rings && aplomb publish       new versions begin with 1 % of clients, from now on
  aplomb rollout status public --audience web.production --endpoint http://127.0.0.1:4600
  aplomb rollout promote public --audience web.production --endpoint http://127.0.0.1:4600
  aplomb rollout halt public --audience web.production --reason "checkout is blank"
  aplomb rollout watch public --audience web.production --endpoint http://127.0.0.1:4600 --promote

A version goes to 1 %, to 10 %, then to everybody. It goes on when at least five instances run it and fewer than one in a
thousand refuses it; it is taken back when at least five refuse it, and they are one in a thousand or more. Taken back means:
the content before it, as a new version. Each step is a line in rollouts.ndjson in the publication.`;

/** Adds the command, with its own commands, to a program. */
export function addRollout(program: Command, terminal: Terminal, surroundings: Surroundings): void {
  const rollout = program
    .command("rollout")
    .summary("lead a version through the rings")
    .description("Shows, promotes and halts versions that are published in rings.")
    .addHelpText("after", EXAMPLES);
  const paths = projectPaths(".");
  const step = (name: string, description: string): Command =>
    rollout
      .command(name)
      .description(description)
      .argument("[publication]", "directory of the publication", paths.publication)
      .requiredOption("--audience <name>", "whose versions")
      .option("--json", "print JSON");
  const asking = (command: Command): Command =>
    command
      .option("--token <text>", "opens the endpoint's console")
      .option("--instances <n>", "so many must run a version before it goes on", wholeNumberFrom(1), 5)
      .option("--soak-seconds <n>", "it must be out for so long before it goes on", wholeNumberFrom(0), 120);
  const signing = (command: Command): Command =>
    command.option("--keys <dir>", "directory of bundle.jwk and the roots", paths.keys);

  asking(step("status", "Says which version each ring has, and how it fares."))
    .option("--endpoint <url>", "an endpoint that instances report to")
    .action((dir: string, flags: RolloutFlags) => status(dir, flags, terminal));
  signing(asking(step("promote", "Lets the version that has come furthest go on to the next ring, if it is healthy.")))
    .requiredOption("--endpoint <url>", "an endpoint that instances report to")
    .action((dir: string, flags: RolloutFlags) => promote(dir, flags, terminal));
  signing(step("halt", "Gives rings that have a bad version the content before it, as a new version."))
    .requiredOption("--reason <text>", "kept in the rollout log")
    .action((dir: string, flags: RolloutFlags & { reason: string }) => halt(dir, flags, terminal));
  signing(
    asking(step("watch", "Follows a rollout to its end, and halts it by itself: the endpoint has no key to do that.")),
  )
    .requiredOption("--endpoint <url>", "an endpoint that instances report to")
    .option("--promote", "promote what is healthy, too")
    .option("--interval-seconds <n>", "between two looks", wholeNumberFrom(1), 30)
    .action((dir: string, flags: WatchFlags) => watch(dir, flags, terminal, surroundings));
}

function queryOf(dir: string, flags: RolloutFlags): RolloutQuery {
  const { audience, endpoint, token, instances, soakSeconds } = flags;
  return { dir, audience, endpoint, token, thresholds: { instances, soakMs: soakSeconds * 1_000 }, nowMs: Date.now() };
}

async function status(dir: string, flags: RolloutFlags, terminal: Terminal): Promise<void> {
  const rollout = await readRollout(queryOf(dir, flags));
  if (flags.json) terminal.json({ ok: true, audience: flags.audience, ...rollout });
  else sayRollout(flags.audience, rollout, terminal);
}

async function promote(dir: string, flags: RolloutFlags, terminal: Terminal): Promise<void> {
  const { audience, json } = flags;
  const next = waitingVersion(await readRollout(queryOf(dir, flags)));
  if (next === undefined) throw refused(`everybody has the newest version of ${audience}`, "Publish first.");
  const { version } = next.manifest;
  const { verdict, reason = "" } = next.health ?? {};
  if (verdict !== "promote") {
    const remedy =
      verdict === "halt" ? "Take it back: aplomb rollout halt." : "Wait, or look at aplomb rollout status.";
    throw refused(`version ${version} of ${audience} does not go on: ${reason}`, remedy);
  }
  const keys = await readKeys(flags.keys);
  const published = await promoteVersion({ dir, audience, keys, atMs: Date.now(), reason }, version);
  const title = `Promoted to ${ringName(published.manifest.ring)} in`;
  sayPublished([published], { title, dir, json }, terminal);
}

async function halt(dir: string, flags: RolloutFlags & { reason: string }, terminal: Terminal): Promise<void> {
  const { audience, reason, json } = flags;
  const keys = await readKeys(flags.keys);
  const published = await haltRollout({ dir, audience, keys, atMs: Date.now(), reason });
  sayPublished(published, { title: "Taken back in", dir, json }, terminal);
}

async function watch(dir: string, flags: WatchFlags, terminal: Terminal, { onInterrupt }: Surroundings): Promise<void> {
  const stopper = new AbortController();
  const stopListening = onInterrupt(() => stopper.abort());
  const { endpoint, promote: promotes = false } = flags;
  try {
    while (!stopper.signal.aborted) {
      const query = { ...queryOf(dir, flags), endpoint, promotes, readKeys: () => readKeys(flags.keys) };
      const outcome = await lookAfterRollout(query);
      sayOutcome(outcome, dir, flags, terminal);
      if (outcome.type === "halted") throw new CheckFailed(outcome.reason);
      if (outcome.type === "done") return;
      await rest(flags.intervalSeconds * 1_000, stopper.signal);
    }
  } finally {
    stopListening();
  }
}

function sayOutcome(outcome: WatchOutcome, dir: string, { json }: WatchFlags, terminal: Terminal): void {
  if (json) terminal.json(outcome);
  else if (outcome.type === "done") terminal.print("Everybody has the newest version");
  else if (outcome.type === "waiting") terminal.note(`waiting: ${outcome.why}`);
  else if (outcome.type === "promoted")
    sayPublished([outcome.published], { title: "Promoted in", dir, json }, terminal);
  else sayPublished(outcome.published, { title: `Taken back (${outcome.reason}) in`, dir, json }, terminal);
}

/** Until a time has passed or the signal aborts. */
function rest(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    const stop = (): void => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}

function refused(message: string, remedy: string): AuthoringError {
  return new AuthoringError(message, { code: "VERSION", remedy });
}
