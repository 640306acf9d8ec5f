/** An allocation as the text of its file: one line for each rule or group, so that changes can be read and merged. @module */
import type { Allocation, Line } from "../allocation.js";

const HEAD = `# Which of 1,000,000 buckets each outcome of a split and each slot of a group has, as lower, upper, lower, upper, …
# Written by \`aplomb build\`. Commit it, so that no unit moves that need not; do not edit it. Seals tell when somebody did.
`;

/** The text of `allocation.lock`: equal allocations give equal texts. */
export function formatAllocation({ rules, groups, seals = {} }: Allocation): string {
  const sections = [
    formatSection("rules", rules, formatLine),
    formatSection("groups", groups, formatLine),
    formatSection("seals", seals, formatSeal),
  ];
  return HEAD + sections.join("");
}

function formatSection<T>(title: string, values: Readonly<Record<string, T>>, format: (value: T) => string): string {
  const entries = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return `${title}: {}\n`;
  return `${title}:\n${entries.map(([key, value]) => `  ${key}: ${format(value)}\n`).join("")}`;
}

/** One seal in twenty thousand is a number to YAML, 2925023e-71139013, and is no seal any more unless it has quotes. */
function formatSeal(seal: string): string {
  return /^\d+e-\d+$/.test(seal) ? `"${seal}"` : seal;
}

/** Names are letters, digits, - and _; nothing of them needs quotes. */
function formatLine(line: Line): string {
  const ranges = Object.entries(line).map(([name, bounds]) => `${name}: [${bounds.join(", ")}]`);
  return ranges.length === 0 ? "{}" : `{ ${ranges.join(", ")} }`;
}
