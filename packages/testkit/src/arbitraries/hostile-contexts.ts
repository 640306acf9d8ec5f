/** Contexts that hostile values are planted in: as the whole, as an attribute, in a list, behind a getter. @module */
import type { EvaluationContext } from "@aplomb/core";
import fc from "fast-check";
import { contexts } from "./contexts.js";
import { anyOf } from "./draw.js";
import { HOSTILE_VALUES, hostile } from "./hostile-values.js";

/** A context that its type forbids. Made anew for each reader, since some can be read but once. */
export interface HostileContext {
  /** What is hostile about it, for reports. */
  readonly name: string;
  make(): EvaluationContext;
}

type Plant = (attributes: object, path: string, make: () => unknown) => object;

/** Ways to plant a value in the attributes of an ordinary context. */
const PLANTS: Readonly<Record<string, Plant>> = {
  as: (attributes, path, make) => ({ ...attributes, [path]: make() }),
  "in a list as": (attributes, path, make) => ({ ...attributes, [path]: ["a", make(), 1] }),
  "in an object as": (attributes, path, make) => ({ ...attributes, [path]: { p: make(), "": make() } }),
  "behind a getter of": (attributes, path, make) => accessor(attributes, path, make),
  "behind a getter that throws the second time, of": (attributes, path, make) => {
    let reads = 0;
    return accessor(attributes, path, () => (reads++ === 0 ? make() : hostile()));
  },
  below: (attributes, _path, make) => {
    const prototype = make();
    const isObject = typeof prototype === "object" || typeof prototype === "function";
    return Object.create(isObject ? prototype : null, Object.getOwnPropertyDescriptors(attributes)) as object;
  },
};

function accessor(attributes: object, path: string, get: () => unknown): object {
  return Object.defineProperty({ ...attributes }, path, { get, enumerable: true, configurable: true });
}

const ATTRIBUTES = ["targetingKey", "targeting_key", "n", "s", "v", "t", "b", "l", "o", "", "__proto__"];

/** Contexts with something hostile in a place that random bundles look at. */
export function hostileContexts(): fc.Arbitrary<HostileContext> {
  const values = anyOf(Object.keys(HOSTILE_VALUES));
  const planted = fc.tuple(contexts(), anyOf(ATTRIBUTES), anyOf(Object.keys(PLANTS)), values);
  return fc.oneof(
    { weight: 1, arbitrary: values.map(wholly) },
    { weight: 4, arbitrary: planted.map(([context, path, how, value]) => plantedIn(context, path, how, value)) },
  );
}

/** Every hostile value in every way, each in one of the places that the curious bundle looks at. */
export function everyHostileContext(): HostileContext[] {
  const paths = ["s", "o", "s", "targetingKey", "s", "targeting_key", "s", "__proto__", "s", "", "s"];
  const ordinary = { targetingKey: "u", s: "a", o: { p: "a" } };
  return Object.keys(HOSTILE_VALUES).flatMap((value, turn) => [
    wholly(value),
    ...Object.keys(PLANTS).map((how, i) => plantedIn(ordinary, paths[(turn + i) % paths.length] ?? "s", how, value)),
  ]);
}

function wholly(value: string): HostileContext {
  return { name: `${value} as the context`, make: () => HOSTILE_VALUES[value]?.() as EvaluationContext };
}

function plantedIn(context: object, path: string, how: string, value: string): HostileContext {
  const make = (): unknown => HOSTILE_VALUES[value]?.();
  return { name: `${value} ${how} "${path}"`, make: () => PLANTS[how]?.(context, path, make) as EvaluationContext };
}
