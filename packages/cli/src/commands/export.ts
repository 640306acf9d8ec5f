/** aplomb export: writes exposures, or tracked events, as NDJSON, CSV or Parquet. @module */
import { existsSync } from "node:fs";
import { FlagError } from "@aplomb/core";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Format, Sink } from "../export/write-table.js";
import { projectPaths } from "../project-paths.js";
import { databaseUrlOf, type StorePlace } from "../store-place.js";
import type { Surroundings, Terminal } from "../terminal.js";

interface ExportFlags {
  readonly from?: string;
  readonly to?: string;
  readonly format: Format;
  readonly out?: string;
  readonly events?: boolean;
  readonly audience?: string;
  readonly flag?: string;
  readonly data?: string;
  readonly keepFormulas?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  aplomb export --from 2026-11-01 --to 2026-11-30 --format parquet --out november.parquet
  aplomb export --flag checkout | head
  DATABASE_URL=postgres://… aplomb export --events --format csv --out events.csv

The columns are those of the views that docs/analysis.md describes. Rows come from the project's database, from the file of --data, or from
DATABASE_URL. Reading goes on in pages: an endpoint may write meanwhile, and the size does not matter.
In CSV, texts that a spreadsheet would run as a formula get an apostrophe before them; NDJSON and Parquet have every text as it is.`;

/** Adds the command to a program. */
export function addExport(program: Command, terminal: Terminal, surroundings: Surroundings): void {
  program
    .command("export")
    .summary("write exposures or tracked events as NDJSON, CSV or Parquet")
    .description("Writes exposures, or tracked events, of a range of days.")
    .argument("[project]", "directory of aplomb.yaml", ".")
    .option("--from <day>", "the first UTC day, as YYYY-MM-DD", dayOption)
    .option("--to <day>", "the last UTC day, as YYYY-MM-DD", dayOption)
    .addOption(new Option("--format <format>", "of the result").choices(["ndjson", "csv", "parquet"]).default("ndjson"))
    .option("--out <file>", "where to (default: standard output)")
    .option("--events", "tracked events instead of exposures")
    .option("--audience <name>", "only this audience")
    .option("--flag <key>", "only exposures of this flag")
    .option("--data <file>", "the exposure database (default: DATABASE_URL, or .aplomb/exposures.db in the project)")
    .option("--keep-formulas", "leave texts in CSV as they are")
    .option("--json", "say as JSON what was written to --out")
    .addHelpText("after", EXAMPLES)
    .action(async (dir: string, flags: ExportFlags, command: Command) => {
      if (flags.format === "parquet" && flags.out === undefined)
        command.error("error: Parquet needs --out: it is no text");
      if (flags.json && flags.out === undefined)
        command.error("error: --json needs --out: standard output has the rows");
      if (flags.events && flags.flag !== undefined) command.error("error: --flag is of exposures: events have no flag");
      const databaseUrl = databaseUrlOf(flags.data, surroundings.env);
      const place = databaseUrl === undefined ? { dataFile: flags.data ?? projectPaths(dir).data } : { databaseUrl };
      await exportRows(place, flags, terminal, surroundings);
    });
}

async function exportRows(
  place: StorePlace,
  flags: ExportFlags,
  terminal: Terminal,
  { stdout }: Surroundings,
): Promise<void> {
  if ("dataFile" in place && !existsSync(place.dataFile)) {
    throw new FlagError(
      "OPTION",
      `there is no exposure database ${place.dataFile}: name it by --data, or set DATABASE_URL`,
    );
  }
  // Loaded only here: the database and the formats are larger than the rest of the command.
  const [{ openStore }, { eventTable, exposureTable }, { writeTable }, { writeFileWhole }] = await Promise.all([
    import("../open-store.js"),
    import("../export/table.js"),
    import("../export/write-table.js"),
    import("../export/write-file.js"),
  ]);
  const store = await openStore(place);
  try {
    const { from, to, audience, flag, format, out, events, keepFormulas = false } = flags;
    const filter = {
      ...(from !== undefined && { fromDay: from }),
      ...(to !== undefined && { toDay: to }),
      ...(audience !== undefined && { audience }),
      ...(flag !== undefined && { flag }),
    };
    const write = (sink: Sink): Promise<number> => {
      const options = { format, keepFormulas };
      return events
        ? writeTable(eventTable(store, filter), options, sink)
        : writeTable(exposureTable(store, filter), options, sink);
    };
    const print: Sink = async (chunk) => void stdout.write(String(chunk));
    const count = out === undefined ? await write(print) : await writeFileWhole(out, write);
    sayWritten(count, flags, terminal);
  } finally {
    await store.close();
  }
}

function sayWritten(rows: number, { out, events, json }: ExportFlags, terminal: Terminal): void {
  const what = `${rows.toLocaleString("en")} ${events ? "events" : "exposures"}`;
  if (out === undefined) terminal.note(what);
  else if (json) terminal.json({ ok: true, rows, file: out });
  else terminal.print(`${terminal.colors.green("wrote")}  ${what} to ${out}`);
}

/** A day on the command line, for commander, which makes a usage error of what it throws. */
function dayOption(text: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;
  if (!isDay) throw new InvalidArgumentError("expected a day such as 2026-11-22.");
  return text;
}
