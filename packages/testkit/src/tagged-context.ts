/** Contexts of conformance vectors: JSON, with tags for what JSON cannot hold. @module */
import type { EvaluationContext } from "@aplomb/core";

/** What each tag stands for, by its argument. conformance/README.md has the table. */
const TAGS: Readonly<Record<string, (argument: never) => unknown>> = {
  $date: (text: string | null) => new Date(text ?? Number.NaN),
  $number: (text: string) => Number(text),
  $bigint: (text: string) => BigInt(text),
  $absent: () => undefined,
  $function: () => () => 1,
  $symbol: () => Symbol("conformance"),
  $utf16: (units: string) => String.fromCharCode(...units.split(" ").map((unit) => Number.parseInt(unit, 16))),
  $repeat: ([text, times]: [string, number]) => text.repeat(times),
  $list: ([value, times]: [unknown, number]) => Array.from({ length: times }, () => untagged(value)),
  $nested: ([depth, value]: [number, unknown]) => {
    let nested = untagged(value);
    for (let level = 0; level < depth; level++) nested = { a: nested };
    return nested;
  },
  $attributes: (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, index] as const)),
};

/** The context that a vector's JSON describes. */
export function taggedContext(json: unknown): EvaluationContext {
  return untagged(json) as EvaluationContext;
}

function untagged(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(untagged);
  if (typeof json !== "object" || json === null) return json;
  const entries = Object.entries(json);
  const [tag, argument] = entries[0] ?? ["", undefined];
  const read = entries.length === 1 && Object.hasOwn(TAGS, tag) ? TAGS[tag] : undefined;
  if (read) return read(argument as never);
  return Object.fromEntries(entries.map(([key, value]) => [key, untagged(value)]));
}
