/** An allocation as the text of its file: one line for each rule or group, so that changes can be read and merged. @module */
import type { Allocation, Line } from "../allocation.js";

const HEAD = `# Which of 1,000,000 buckets each outcome of a split and each slot of a group has, as lower, upper, lower, upper, …
# Written by \`aplomb build\`. Commit it, so that no unit moves that need not; do not edit it.
`;

/** The text of `allocation.lock`: equal allocations give equal texts. */
export function formatAllocation({ rules, groups }: Allocation): string {
  return `${HEAD}${formatLines("rules", rules)}${formatLines("groups", groups)}`;
}

function formatLines(title: string, lines: Readonly<Record<string, Line>>): string {
  const keys = Object.keys(lines).sort();
  if (keys.length === 0) return `${title}: {}\n`;
  return `${title}:\n${keys.map((key) => `  ${key}: ${formatLine(lines[key] ?? {})}\n`).join("")}`;
}

/** Names are letters, digits, - and _; nothing of them needs quotes. */
function formatLine(line: Line): string {
  const ranges = Object.entries(line).map(([name, bounds]) => `${name}: [${bounds.join(", ")}]`);
  return ranges.length === 0 ? "{}" : `{ ${ranges.join(", ")} }`;
}
