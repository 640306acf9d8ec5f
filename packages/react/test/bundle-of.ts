/** Bundles for this package's tests, out of what a component shows. @module */
import { bundleBytes, type FlagInit, split } from "@aplomb/testkit";
import type { JsonObject } from "@bufbuild/protobuf";

/** What everybody gets, by flag key. */
export type Flags = Readonly<Record<string, { variant: string; value: JsonObject; rule?: string }>>;

/** A bundle that gives the tests' units one variant of each flag; 99 of 100 buckets, so that there is a unit to expose. */
export function bundleOf(flags: Flags): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(flags).map(([key, { variant, value, rule = "all" }]): [string, FlagInit] => [
    key,
    { variants: [{ name: variant, value }], rules: [split(rule, "everybody", { [variant]: 99 })] },
  ]);
  return bundleBytes({ flags: Object.fromEntries(entries), segments: { everybody: {} } });
}
