/** Says what a served project does: in words for people, in lines of JSON for machines. @module */
import { type AuthoringError, formatProblems, isAuthoringError } from "@aplomb/authoring";
import type { RunningProject } from "../running-project.js";
import { publishedLine } from "../say-published.js";
import { paintOf, type Terminal } from "../terminal.js";
import type { PublishOutcome } from "./publisher.js";

/** What goes on, as it happens. */
export interface Reporter {
  keysMade(dir: string, files: readonly string[]): void;
  outcome(outcome: PublishOutcome): void;
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
    listening({ url, port, consoleUrl, publicationDir, dataFile, rootEnvelope }) {
      terminal.json({ event: "listening", url, port, consoleUrl, publicationDir, dataFile, rootEnvelope });
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

/** Words, in colours that the terminal can show. */
export function textReporter(terminal: Terminal): Reporter {
  const { bold, cyan, dim, green, red } = terminal.colors;
  const paint = paintOf(terminal.colors);
  let served: readonly string[] | undefined;
  return {
    keysMade(dir, files) {
      terminal.print(`${bold("Made keys for development")} in ${dir}: ${files.join(", ")}`);
    },
    outcome(outcome) {
      if (outcome.type === "failed") {
        const { message, remedy } = outcome.error as AuthoringError;
        terminal.print(`${red("Not published:")} ${message}${isAuthoringError(outcome.error) ? `\n  ${remedy}` : ""}`);
        return;
      }
      if (outcome.problems.length > 0) terminal.print(formatProblems(outcome.problems, outcome.texts, paint));
      if (outcome.type === "broken") terminal.print(red("Not published; the last good version stays served."));
      else {
        const changed = outcome.published.filter(({ change }) => change !== "unchanged");
        for (const audience of changed) terminal.print(publishedLine(audience, terminal));
        const names = outcome.audiences.map((audience) => JSON.stringify(audience));
        if (served !== undefined && names.join() !== served.join()) {
          terminal.print(
            `${red("The audiences in aplomb.yaml have changed:")} start again to serve them as they are now.`,
          );
        }
        served ??= names;
      }
    },
    listening({ url, port, consoleUrl, audiences }, asked) {
      if (asked.port !== 0 && asked.port !== port)
        terminal.print(`Port ${asked.port} is taken; this is the next free one.`);
      terminal.print(`\n${green("Serving")}  ${bold(cyan(url))}`);
      if (consoleUrl !== undefined) terminal.print(`console  ${cyan(consoleUrl)}`);
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
