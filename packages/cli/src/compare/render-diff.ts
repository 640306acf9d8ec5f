/** Differences as text for a terminal: a heading for each flag and segment, a line for each change. @module */
import { type AudienceChange, type AudienceDiff, printable } from "@aplomb/authoring";
import type { Ink } from "../explain/ink.js";

const MARKS = { added: "+", removed: "-", changed: "~" } as const;
const SUBJECTS = { flag: "flag", segment: "segment", bundle: "the bundle as a whole" } as const;

/** The text, without a line break at its end. */
export function renderDiff(diff: AudienceDiff, ink: Ink): string {
  const { compared, added, removed, changes } = diff;
  const lines = [
    ...added.map((audience) => `${ink.green("+")} audience ${printable(audience)}`),
    ...removed.map((audience) => `${ink.red("-")} audience ${printable(audience)}`),
  ];
  let heading = "";
  for (const change of changes) {
    const next = headingOf(change, ink);
    if (next !== heading) lines.push(...(lines.length > 0 ? [""] : []), next);
    heading = next;
    lines.push(`  ${lineOf(change, compared, ink)}`);
  }
  const sums = sumsOf(changes);
  return [...lines, ...(lines.length > 0 ? [""] : []), sums].join("\n");
}

function headingOf({ subject, key }: AudienceChange, { bold }: Ink): string {
  return bold(subject === "bundle" ? SUBJECTS.bundle : `${SUBJECTS[subject]} ${printable(key)}`);
}

function lineOf(change: AudienceChange, compared: readonly string[], ink: Ink): string {
  const { kind, part, name, effect, text, audiences } = change;
  const mark = { added: ink.green, removed: ink.red, changed: ink.yellow }[kind](MARKS[kind]);
  const place = placeOf(part, printable(name));
  const where = audiences.length === compared.length ? "" : ` ${ink.dim(`(${audiences.map(printable).join(", ")})`)}`;
  const shown = effect === "none" && part === "note" ? ink.dim(text) : text;
  return `${mark} ${place === "" ? "" : `${place}: `}${shown}${where}`;
}

/** What the sentence is about, where it does not say so itself. */
function placeOf(part: AudienceChange["part"], name: string): string {
  if (part === "variant") return `variant ${name}`;
  const isOfRule =
    ["rule", "condition", "split", "unit", "salt", "allocation"].includes(part) ||
    part === "state" ||
    part === "sticky";
  return isOfRule && name !== "" ? `rule ${name}` : "";
}

function sumsOf(changes: readonly AudienceChange[]): string {
  if (changes.length === 0) return "No differences";
  const flags = new Set(changes.filter(({ subject }) => subject === "flag").map(({ key }) => key));
  const segments = new Set(changes.filter(({ subject }) => subject === "segment").map(({ key }) => key));
  const drawn = changes.filter(({ effect }) => effect === "buckets").length;
  return [
    `${counted(changes.length, "difference")} in ${counted(flags.size, "flag")} and ${counted(segments.size, "segment")}`,
    ...(drawn > 0 ? [`${drawn} of them draw units anew`] : []),
  ].join("; ");
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
