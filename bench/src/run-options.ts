/** What was asked for on the command line. @module */
import { parseArgs } from "node:util";
import { ENTRIES, type Entry } from "./contender-list.js";

/** The parts of a run. */
export const PARTS = ["speed", "garbage", "load", "exposures"] as const;
/** A part of a run. */
export type Part = (typeof PARTS)[number];

/** What was asked for. */
export interface RunOptions {
  readonly entries: readonly Entry[];
  readonly parts: ReadonlySet<Part>;
  readonly processes: number;
  readonly batches: number;
  readonly batchMs: number;
  readonly warmMs: number;
  /** Exposures of W5, new ones and as many repeated ones. */
  readonly exposures: number;
  readonly writeDocs: boolean;
}

const HELP = `npm run bench -- [options]
npm run bench -- endpoint [--quick]     W6: what one endpoint takes and answers, embedded and PostgreSQL

  --quick           one process, few short batches: shows that everything works, not how fast it is
  --only NAMES      contenders, separated by commas: ${ENTRIES.map(({ name }) => name).join(", ")}
  --parts NAMES     parts, separated by commas: ${PARTS.join(", ")}
  --write-docs      write bench/results.json, docs/images/bench.svg and the tables of docs/performance.md
  --help
`;

/**
 * Reads the command line; undefined when only help was asked for, which is then printed.
 *
 * @throws Error for an option, a contender or a part that does not exist.
 */
export function readRunOptions(args: readonly string[]): RunOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      parts: { type: "string", default: PARTS.join(",") },
      "write-docs": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return undefined;
  }
  const names = values.only?.split(",") ?? ENTRIES.map(({ name }) => name);
  const entries = names.map((name) =>
    known(
      ENTRIES.find((entry) => entry.name === name),
      name,
    ),
  );
  const parts = values.parts.split(",").map((name) =>
    known(
      PARTS.find((part) => part === name),
      name,
    ),
  );
  const thoroughness = values.quick
    ? { processes: 1, batches: 3, batchMs: 10, warmMs: 100, exposures: 50_000 }
    : { processes: 3, batches: 9, batchMs: 50, warmMs: 500, exposures: 1_000_000 };
  return { entries, parts: new Set(parts), writeDocs: values["write-docs"], ...thoroughness };
}

function known<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new Error(`there is no "${name}"; --help lists what there is`);
  return found;
}
