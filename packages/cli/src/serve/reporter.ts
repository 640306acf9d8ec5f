/** Says what a served project does: in words for people, in lines of JSON for machines. @module */
import { formatProblems, isAuthoringError } from "@aplomb/authoring";
import type { ReloadReport } from "@aplomb/server";
import type { RunningProject } from "../running-project.js";
import { publishedLine } from "../say-published.js";
import { paintOf, type Terminal } from "../terminal.js";
import type { PublishOutcome } from "./publisher.js";

/** What goes on, as it happens. */
export interface Reporter {
  keysMade(dir: string, files: readonly string[]): void;
  outcome(outcome: PublishOutcome): void;
  reloaded(report: ReloadReport): void;
  listening(project: RunningProject, asked: Asked): void;
  closing(): void;
  closed(): void;
}

/** What the command line asked for. */
export interface Asked {
  readonly port: number;
  readonly isWatching: boolean;
}

/** One JSON object a line, each with its `event`. */
export function jsonReporter(terminal: Terminal): Reporter {
  return {
    keysMade: (dir, files) => terminal.json({ event: "keysMade", dir, files }),
    outcome: (outcome) => terminal.json(jsonOf(outcome)),
    reloaded: ({ problems }) => {
      if (problems.length > 0) terminal.json({ event: "unusable", problems });
    },
    listening({ url, port, grpcPort, consoleUrl, publicationDir, dataFile, store, rootEnvelope }) {
      terminal.json({
        event: "listening",
        url,
        port,
        grpcPort,
        consoleUrl,
        publicationDir,
        dataFile,
        store,
        rootEnvelope,
      });
    },
    closing: () => terminal.json({ event: "closing" }),
    closed: () => terminal.json({ event: "closed" }),
  };
}

function jsonOf(outcome: PublishOutcome): object {
  if (outcome.type === "broken") return { event: "broken", problems: outcome.problems };
  if (outcome.type === "failed") return { event: "failed", message: outcome.error.message };
  const audiences = outcome.published.map(({ manifest, change }) => ({ ...manifest, change }));
  return { event: "published", audiences, problems: outcome.problems, tookMs: outcome.tookMs };
}

/** Words, in colours that the terminal can show. What is wrong, and that it is mended, goes to standard error. */
export function textReporter(terminal: Terminal): Reporter {
  const { bold, dim, green, cyan } = terminal.colors;
  return {
    keysMade(dir, files) {
      terminal.print(`${bold("Made keys for development")} in ${dir}: ${files.join(", ")}`);
    },
    outcome: outcomeTeller(terminal),
    reloaded: reloadTeller(terminal),
    listening({ url, port, grpcPort, consoleUrl, audiences, store }, asked) {
      if (asked.port !== 0 && asked.port !== port)
        terminal.print(`Port ${asked.port} is taken; this is the next free one.`);
      terminal.print(`\n${green("Serving")}  ${bold(cyan(url))}`);
      if (grpcPort !== undefined) terminal.print(`gRPC     port ${grpcPort}, in clear text`);
      if (consoleUrl !== undefined) terminal.print(`console  ${cyan(consoleUrl)}`);
      if (store === "postgres") terminal.print(`${dim("into")}     PostgreSQL ${dim("(DATABASE_URL)")}`);
      for (const { name, clientKey } of audiences) {
        const key = clientKey === undefined ? "key: the secret whose hash is in aplomb.yaml" : `key: ${clientKey}`;
        terminal.print(`${dim("for")}      ${name.padEnd(24)} ${dim(key)}`);
      }
      terminal.print(dim(asked.isWatching ? "Save a file to publish it. Ctrl-C ends." : "Ctrl-C ends."));
    },
    closing: () => terminal.print("Closing …"),
    closed: () => terminal.print("Closed."),
  };
}

const STAYS = "Not published; the last good bundle goes on being served.";

/** Tells what becomes of each look at the files. Before the first publish, the command itself ends with what is wrong. */
function outcomeTeller(terminal: Terminal): (outcome: PublishOutcome) => void {
  const { red, green } = terminal.noteColors;
  const paint = paintOf(terminal.noteColors);
  let served: readonly string[] | undefined;
  let isWrong = false;
  const tellWrong = (what: string): void => {
    isWrong = true;
    terminal.note(`${what}\n${red(STAYS)}`);
  };
  return (outcome) => {
    if (outcome.type !== "published") {
      if (served === undefined) return;
      if (outcome.type === "broken") tellWrong(formatProblems(outcome.problems, outcome.texts, paint));
      else tellWrong(`${red("error:")} ${wordsOf(outcome.error)}`);
      return;
    }
    if (outcome.problems.length > 0) terminal.note(formatProblems(outcome.problems, outcome.texts, paint));
    const changed = outcome.published.filter(({ change }) => change !== "unchanged");
    if (isWrong) terminal.note(green(`Mended; ${changed.length === 0 ? "it is what is served" : "it is published"}.`));
    isWrong = false;
    for (const audience of changed) terminal.print(publishedLine(audience, terminal));
    const names = outcome.audiences.map((audience) => JSON.stringify(audience));
    if (served !== undefined && names.join() !== served.join()) {
      const changes = red("The audiences in aplomb.yaml have changed:");
      terminal.note(`${changes} start again to serve them as they are now.`);
    }
    served ??= names;
  };
}

function wordsOf(error: Error): string {
  return isAuthoringError(error) ? `${error.message}\n  ${error.remedy}` : error.message;
}

/** Tells what the endpoint cannot use of the publication: once, until it is mended or something else is wrong. */
function reloadTeller(terminal: Terminal): (report: ReloadReport) => void {
  const { red, green, bold, cyan } = terminal.noteColors;
  let told = new Map<string, string>();
  return ({ problems }) => {
    const now = new Map<string, string>();
    for (const { audience, file, message, remedy, servedVersion } of problems) {
      const stays =
        servedVersion === undefined
          ? `Nothing is served to ${audience} until then.`
          : `The last good bundle of ${audience}, version ${servedVersion}, goes on being served.`;
      const words = `${cyan(`${file}:`)} ${red(bold("error:"))} ${message}\n  ${remedy}\n${red(stays)}`;
      now.set(audience, words);
      if (told.get(audience) !== words) terminal.note(words);
    }
    for (const audience of told.keys()) {
      if (!now.has(audience)) terminal.note(green(`Mended; what is published for ${audience} can be used.`));
    }
    told = now;
  };
}
