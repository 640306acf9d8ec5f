/** The parsed form of a file: where in it each name and value stands. @module */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml";

/** Offsets of the first character, and of the one after the last. */
export type Range = readonly [number, number];

/** A name or a value of a file, and what is inside it. */
export interface SourceNode {
  /** Undefined where nothing is written. */
  readonly range: Range | undefined;
  /** For a value in a mapping, where its name stands. */
  readonly keyRange: Range | undefined;
  /** The value of a name in a mapping, or at a place in a list; undefined if there is none. Aliases are followed. */
  inside(step: string | number): SourceNode | undefined;
}

/**
 * The value that a whole file is.
 *
 * Names are looked up in a table that a mapping gets with the first question: `allocation.lock` has tens of thousands.
 */
export function sourceTreeOf(document: Document): SourceNode {
  const tables = new Map<YAMLMap, ReadonlyMap<string, Pair>>();
  const tableOf = (map: YAMLMap): ReadonlyMap<string, Pair> => {
    const table = tables.get(map) ?? new Map([...map.items].reverse().map((pair) => [keyOf(pair), pair]));
    tables.set(map, table);
    return table;
  };
  const nodeOf = (node: Node | null, key?: Node | null): SourceNode => {
    const value = isAlias(node) ? node.resolve(document) : node;
    return {
      range: rangeOf(node),
      keyRange: rangeOf(key),
      inside(step) {
        if (isSeq(value))
          return value.items.length > Number(step) ? nodeOf(value.items[Number(step)] as Node) : undefined;
        const pair = isMap(value) ? tableOf(value).get(String(step)) : undefined;
        return pair && nodeOf(pair.value as Node | null, pair.key as Node | null);
      },
    };
  };
  return nodeOf(document.contents);
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function rangeOf(node: Node | null | undefined): Range | undefined {
  return node?.range ? [node.range[0], node.range[1]] : undefined;
}
