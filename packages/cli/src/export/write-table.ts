/** Writes a table in a format, a thousand rows at a time, so that its size does not matter. @module */
import { stringify } from "csv-stringify/sync";
import { ByteWriter, parquetWriteRows } from "hyparquet-writer";
import type { Cell, Column, Table } from "./table.js";

/** The formats that there are. */
export const formats = ["ndjson", "csv", "parquet"] as const;
/** A format. */
export type Format = (typeof formats)[number];

/** How a table is written. */
export interface WriteOptions {
  readonly format: Format;
  /** Leave texts in CSV as they are, also those that a spreadsheet would run as a formula. Default false: they get an apostrophe before them. */
  readonly keepFormulas?: boolean;
}

/** Takes bytes or text; resolves when it can take more. */
export type Sink = (chunk: string | Uint8Array) => Promise<void>;

const pageRows = 1_000;
/** Rows of a Parquet row group: they are in memory together. */
const groupRows = 20_000;

/** Writes the whole table; answers how many rows it had. */
export async function writeTable<Row>(table: Table<Row>, options: WriteOptions, sink: Sink): Promise<number> {
  let count = 0;
  const counted = async function* (): AsyncGenerator<Row> {
    for await (const row of table.rows) {
      count += 1;
      yield row;
    }
  };
  const rows = counted();
  if (options.format === "parquet") await writeParquet(table.columns, rows, sink);
  else if (options.format === "csv") await writeCsv(table.columns, rows, options.keepFormulas ?? false, sink);
  else await writeNdjson(table.columns, rows, sink);
  return count;
}

async function writeNdjson<Row>(columns: readonly Column<Row>[], rows: AsyncIterable<Row>, sink: Sink): Promise<void> {
  for await (const page of pagesOf(rows)) {
    const lines = page.map((row) =>
      JSON.stringify(Object.fromEntries(columns.map(({ name, value }) => [name, value(row)]))),
    );
    await sink(`${lines.join("\n").replaceAll(/[\u0085\u2028\u2029]/g, escaped)}\n`);
  }
}

/** What some readers take for the end of a line, written so that none does. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

async function writeCsv<Row>(
  columns: readonly Column<Row>[],
  rows: AsyncIterable<Row>,
  keepFormulas: boolean,
  sink: Sink,
): Promise<void> {
  const options = { escape_formulas: !keepFormulas, quoted_string: true, record_delimiter: "\r\n" };
  await sink(stringify([columns.map(({ name }) => name)], { record_delimiter: "\r\n" }));
  for await (const page of pagesOf(rows)) {
    await sink(
      stringify(
        page.map((row) => columns.map(({ value }) => scalar(value(row)))),
        options,
      ),
    );
  }
}

async function writeParquet<Row>(columns: readonly Column<Row>[], rows: AsyncIterable<Row>, sink: Sink): Promise<void> {
  const types = { text: "STRING", json: "STRING", whole: "INT64", decimal: "DOUBLE" } as const;
  const writer = createSinkWriter(sink);
  await parquetWriteRows({
    writer,
    rows: parquetRows(columns, rows),
    columns: columns.map(({ name, type }) => ({ name, type: types[type], nullable: type === "decimal" })),
    rowGroupSize: groupRows,
  });
}

async function* parquetRows<Row>(
  columns: readonly Column<Row>[],
  rows: AsyncIterable<Row>,
): AsyncGenerator<Record<string, Cell | bigint>> {
  const cell = ({ type, value }: Column<Row>, row: Row): Cell | bigint =>
    type === "whole" ? BigInt(Number(value(row))) : scalar(value(row));
  for await (const row of rows) yield Object.fromEntries(columns.map((column) => [column.name, cell(column, row)]));
}

/** A writer that hands on what it has after each row group. */
function createSinkWriter(sink: Sink): ByteWriter & { flush(): Promise<void> } {
  const writer = new ByteWriter();
  const flush = async (): Promise<void> => {
    const chunk = new Uint8Array(writer.buffer.slice(0, writer.index));
    writer.index = 0;
    await sink(chunk);
  };
  return Object.assign(writer, { flush, finish: flush });
}

function scalar(cell: Cell): string | number | undefined {
  return typeof cell === "object" ? JSON.stringify(cell) : cell;
}

async function* pagesOf<Row>(rows: AsyncIterable<Row>): AsyncGenerator<Row[]> {
  let page: Row[] = [];
  for await (const row of rows) {
    page.push(row);
    if (page.length < pageRows) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
