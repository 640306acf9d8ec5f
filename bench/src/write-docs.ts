/** Puts the tables of a run between the markers of a page. @module */
import { readFileSync, writeFileSync } from "node:fs";
import { budgetTable } from "./budget-table.js";
import type { Results } from "./results.js";
import { markdownTable, tablesOf } from "./results-table.js";
import { summaryTable } from "./summary-table.js";

const START = "<!-- bench:start -->";
const END = "<!-- bench:end -->";

/** Everything that was measured, and on what: for the page about performance. */
export function writeAll(page: string, results: Results): void {
  const { machine, method, measuredAt, contenders } = results;
  const facts =
    `Measured ${measuredAt.slice(0, 10)} with Node ${machine.node.slice(1)} on ${machine.cpuCount} processors (${machine.cpu}), ` +
    `${method.processes} processes of each contender, ${method.batches} batches of ${method.batchMs} ms in each; ` +
    `${machine.loadBefore.toFixed(1)} other processes wanted a processor when it began.`;
  const sources = contenders.filter(({ kind }) => kind === "peer").map(({ source }) => `\`${source}\``);
  const versions = `Peers: ${sources.join(", ")}.`;
  const tables = [budgetTable(results), ...tablesOf(results)].map(markdownTable);
  writeBetween(page, [facts, versions, ...tables].join("\n\n"));
}

/** What a newcomer wants to know: for the README. */
export function writeSummary(page: string, results: Results): void {
  writeBetween(page, markdownTable(summaryTable(results)));
}

/**
 * Replaces what is between the markers.
 *
 * @throws Error when the page has no markers.
 */
function writeBetween(page: string, inner: string): void {
  const text = readFileSync(page, "utf8");
  const start = text.indexOf(START);
  const end = text.indexOf(END);
  if (start < 0 || end < start) throw new Error(`${page} needs ${START} and ${END}`);
  writeFileSync(page, `${text.slice(0, start + START.length)}\n\n${inner}\n\n${text.slice(end)}`);
}
