/** Finds flags and segments that wait for themselves, or for too many others. @module */
import { type Condition, conditionsIn } from "../condition.js";
import type { FlagFile } from "../flag-file.js";
import type { Problem } from "../problem.js";
import type { SegmentFile } from "../segment-file.js";
import { type Path, problemAt, type SourceFile } from "../source-file.js";
import { circlesIn } from "./circles-in.js";

/** How many flags may wait for one another; an evaluation gives up beyond it. */
const MAX_WAITING = 32;

interface Checked<T> {
  readonly source: SourceFile;
  readonly content: T;
}

/** A flag or a segment, and what its conditions name. Flags and segments may share a key, so kinds are part of the name. */
interface Node {
  readonly source: SourceFile;
  readonly key: string;
  readonly isFlag: boolean;
  /** Where each other one is named. */
  readonly names: ReadonlyMap<string, Path>;
}

/** Problems of flags and segments that lead back to themselves, and of chains of flags that are too long to evaluate. */
export function checkReferences(
  flags: readonly Checked<FlagFile>[],
  segments: readonly Checked<SegmentFile>[],
): Problem[] {
  const nodes = new Map<string, Node>();
  for (const { source, content } of flags) {
    const conditions = (content.rules ?? []).map((rule, index): [Path, Condition | undefined] => [
      ["rules", index, "when"],
      rule.when,
    ]);
    nodes.set(`flag ${content.key}`, { source, key: content.key, isFlag: true, names: namesIn(conditions) });
  }
  for (const { source, content } of segments) {
    const names = namesIn([[["when"], content.when]]);
    nodes.set(`segment ${content.key}`, { source, key: content.key, isFlag: false, names });
  }
  const { circles, order } = circlesIn(new Map([...nodes].map(([name, { names }]) => [name, names.keys()])));
  const found = circles.flatMap((circle) => circleProblem(circle, nodes));
  return found.length > 0 ? found : longChains(order, nodes);
}

function namesIn(conditions: readonly (readonly [Path, Condition | undefined])[]): Map<string, Path> {
  const names = new Map<string, Path>();
  for (const [start, condition] of conditions) {
    if (condition === undefined) continue;
    for (const { condition: inner, path } of conditionsIn(condition)) {
      const named =
        "inSegment" in inner ? `segment ${inner.inSegment}` : "flag" in inner ? `flag ${inner.flag}` : undefined;
      if (named !== undefined && !names.has(named))
        names.set(named, [...start, ...path, "flag" in inner ? "flag" : "inSegment"]);
    }
  }
  return names;
}

function circleProblem(circle: readonly string[], nodes: ReadonlyMap<string, Node>): Problem[] {
  const owner = nodes.get(circle[0] ?? "");
  if (owner === undefined) return [];
  const ofFlags = circle.some((name) => nodes.get(name)?.isFlag);
  const keys = [...circle, circle[0] ?? ""].map((name) => nodes.get(name)?.key);
  const what = owner.isFlag ? "flag" : "segment";
  const text = {
    message: `the ${what} ${ofFlags ? "waits for" : "leads back to"} itself: ${keys.join(" → ")}`,
    expected: `${ofFlags ? "flags and segments" : "segments"} that do not refer to each other in a circle`,
  };
  const place = owner.isFlag ? owner.names.get(circle[1] ?? circle[0] ?? "") : ["when"];
  return [problemAt(owner.source, place ?? [], "value", text)];
}

function longChains(order: readonly string[], nodes: ReadonlyMap<string, Node>): Problem[] {
  const depths = new Map<string, number>();
  for (const name of order) {
    const node = nodes.get(name);
    const below = Math.max(0, ...[...(node?.names.keys() ?? [])].map((next) => depths.get(next) ?? 0));
    const depth = below + (node?.isFlag ? 1 : 0);
    depths.set(name, depth);
    if (node === undefined || !node.isFlag || depth !== MAX_WAITING + 1) continue;
    const text = {
      message: `the flag "${node.key}" is the first of ${depth} that wait for one another, and an evaluation follows ${MAX_WAITING}`,
      expected: "a shorter chain of flags",
    };
    return [problemAt(node.source, [...node.names.values()][0] ?? [], "value", text)];
  }
  return [];
}
