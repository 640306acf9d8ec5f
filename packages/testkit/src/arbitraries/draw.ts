/** Small parts that the arbitraries are made of. @module */
import type { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import fc from "fast-check";

/** What `create` takes, without the finished message. */
export type InitOf<S extends DescMessage> = Exclude<MessageInitShape<S>, MessageShape<S>>;

/** One of some values. */
export function anyOf<T>(values: readonly T[]): fc.Arbitrary<T> {
  return fc.constantFrom(...values);
}

/** One of some values; every second time one of the first three, so that two draws often agree. */
export function hotOf<T>(values: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(anyOf(values.slice(0, 3)), anyOf(values));
}

/** One of some arbitraries, each as often as its weight says; shrinks towards the first. */
export function mostly<T>(...weighted: readonly (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> {
  return fc.oneof({ withCrossShrink: true }, ...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

/** True so many times in a hundred. */
export function percent(share: number): fc.Arbitrary<boolean> {
  return fc.integer({ min: 1, max: 100 }).map((drawn) => drawn <= share);
}
