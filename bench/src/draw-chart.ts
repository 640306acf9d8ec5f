/** Draws the chart of a run: bars on a logarithmic scale, one group for each workload. @module */
import type { ContenderFacts, Results } from "./results.js";
import { timeNs } from "./results-table.js";

/** Workloads in the chart. */
const WORKLOADS = ["W1", "W2", "W3"] as const;
const TITLES: Readonly<Record<(typeof WORKLOADS)[number], string>> = {
  W1: "W1: one boolean flag, one rule, a 50/50 split",
  W2: "W2: ten rules of three conditions, a 4-way split",
  W3: "W3: all of 100 flags",
};
/** Contenders that say something only next to the others in a table. */
const LEFT_OUT = new Set(["aplomb-value", "aplomb-details"]);

const WIDTH = 840;
const LABEL_WIDTH = 190;
const VALUE_WIDTH = 84;
const ROW_HEIGHT = 19;
const BAR_HEIGHT = 13;
const GROUP_GAP = 56;
const TOP = 70;

const STYLE = `
  text { font: 12px ui-sans-serif, system-ui, sans-serif; fill: #1f2328; }
  .head { font-weight: 600; font-size: 13px; }
  .title { font-weight: 600; font-size: 16px; }
  .faint { fill: #59636e; }
  .value { font-variant-numeric: tabular-nums; }
  .grid { stroke: #d1d9e0; stroke-width: 1; }
  .ours { fill: #0f766e; } .floor { fill: #8b949e; } .peer { fill: #c2c9d1; }
  .own { font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .faint { fill: #9198a1; }
    .grid { stroke: #30363d; }
    .ours { fill: #2dd4bf; } .floor { fill: #6e7681; } .peer { fill: #444c56; }
  }
`;

interface Bar {
  readonly contender: ContenderFacts;
  readonly ns: number;
}

/** The chart as SVG; it follows the reader's light or dark scheme. */
export function drawChart(results: Results): string {
  const parts: string[] = [];
  let y = TOP;
  for (const workload of WORKLOADS) {
    const bars = barsOf(results, workload);
    parts.push(drawGroup(TITLES[workload], bars, y));
    y += bars.length * ROW_HEIGHT + GROUP_GAP;
  }
  const height = y - GROUP_GAP + 32;
  const { node, cpuCount } = results.machine;
  const note = `time of one operation, logarithmic · Node ${node.slice(1)}, ${cpuCount} processors, ${results.measuredAt.slice(0, 10)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    "<title>Time of one flag evaluation, Aplomb and others; shorter is better</title>",
    `<style>${STYLE}</style>`,
    text(0, 18, "title", "Evaluating flags: shorter is better"),
    text(0, 37, "faint", note),
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

/** The fastest first. */
function barsOf(results: Results, workload: string): Bar[] {
  return results.contenders
    .filter(({ name }) => !LEFT_OUT.has(name))
    .map((contender) => ({ contender, ns: timeNs(results, workload, contender.name) }))
    .filter(({ ns }) => Number.isFinite(ns))
    .sort((a, b) => a.ns - b.ns);
}

function drawGroup(title: string, bars: readonly Bar[], top: number): string {
  const [low, high] = decadesOf(bars);
  const barWidth = WIDTH - LABEL_WIDTH - VALUE_WIDTH;
  const xOf = (ns: number): number => ((Math.log10(ns) - low) / (high - low)) * barWidth;
  const first = top + 14;
  const bottom = first + bars.length * ROW_HEIGHT;
  const grid = Array.from({ length: high - low + 1 }, (_, step) => {
    const x = LABEL_WIDTH + xOf(10 ** (low + step));
    const label = text(x, bottom + 10, "faint", timeText(10 ** (low + step)), "middle");
    return `<line class="grid" x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="${first - 2}" y2="${bottom - 2}"/>${label}`;
  });
  const rows = bars.map(({ contender, ns }, place) => {
    const y = first + place * ROW_HEIGHT;
    const width = Math.max(2, xOf(ns));
    const name = contender.kind === "ours" ? "own" : "";
    return [
      text(LABEL_WIDTH - 10, y + 11, name, contender.title, "end"),
      `<rect class="${contender.kind}" x="${LABEL_WIDTH}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" rx="2"/>`,
      text(LABEL_WIDTH + width + 6, y + 11, `value ${name}`, timeText(ns)),
    ].join("\n");
  });
  return [text(0, top, "head", title), ...grid, ...rows].join("\n");
}

/** The powers of ten below the shortest and above the longest time. */
function decadesOf(bars: readonly Bar[]): [low: number, high: number] {
  const times = bars.map(({ ns }) => ns);
  return [Math.floor(Math.log10(Math.min(...times))), Math.ceil(Math.log10(Math.max(...times)))];
}

function timeText(ns: number): string {
  if (ns < 1_000) return `${Math.round(ns)} ns`;
  return ns < 1e6 ? `${significant(ns / 1e3)} µs` : `${significant(ns / 1e6)} ms`;
}

function significant(value: number): string {
  return String(Number(value.toPrecision(value < 100 ? 2 : 3)));
}

function text(x: number, y: number, style: string, content: string, anchor = "start"): string {
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const css = style.trim() === "" ? "" : ` class="${style.trim()}"`;
  const at = anchor === "start" ? "" : ` text-anchor="${anchor}"`;
  return `<text x="${Number(x.toFixed(1))}" y="${y}"${css}${at}>${escaped}</text>`;
}
