/** What a published bundle holds, in the words of the console. @module */
import { BundleSchema, type Flag, FlagSchema, FlagState } from "@aplomb/proto/bundle";
import { fromBinary } from "@bufbuild/protobuf";
import type { AnswerTree } from "./answer-tree.js";
import { createTargetingReader } from "./describe-targeting.js";
import { type Split, splitOf } from "./split.js";
import { variantWords } from "./value-words.js";

/** One flag, for people. */
export interface DescribedFlag {
  readonly key: string;
  /** "unreadable": the entry cannot be decoded; clients set it aside. */
  readonly state: "active" | "disabled" | "remote" | "unreadable";
  readonly description: string;
  readonly owner: string;
  /** YYYY-MM-DD, or empty. */
  readonly expiresOn: string;
  readonly variants: readonly { readonly name: string; readonly value: string }[];
  readonly rules: readonly DescribedRule[];
}

/** One rule, for people. */
export interface DescribedRule {
  readonly name: string;
  readonly description: string;
  readonly segment: string;
  /** Who is in the segment; undefined where everybody is. */
  readonly targeting: AnswerTree | undefined;
  /** Where the unit is in the context; empty for the targeting key. */
  readonly unitSelector: string;
  readonly enabled: boolean;
  readonly split: Split | undefined;
}

const bounded = { readUnknownFields: false, recursionLimit: 128 } as const;

/**
 * The flags of a bundle, by key.
 *
 * @throws Error when the bundle itself cannot be decoded; one bad flag is described as unreadable.
 */
export function describeFlags(bundle: Uint8Array): readonly DescribedFlag[] {
  const decoded = fromBinary(BundleSchema, bundle, bounded);
  const targetingOf = createTargetingReader(decoded);
  const flags = new Map<string, DescribedFlag>();
  for (const { key, flag } of decoded.flags) flags.set(key, describeFlag(key, flag, targetingOf));
  return [...flags.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function describeFlag(
  key: string,
  bytes: Uint8Array,
  targetingOf: (segment: string) => AnswerTree | undefined,
): DescribedFlag {
  let flag: Flag;
  try {
    flag = fromBinary(FlagSchema, bytes, bounded);
  } catch {
    return { key, state: "unreadable", description: "", owner: "", expiresOn: "", variants: [], rules: [] };
  }
  return {
    key,
    state: stateOf(flag.state),
    description: flag.description,
    owner: flag.owner,
    expiresOn: flag.expiresOn,
    variants: flag.variants.map(({ name, value }) => ({ name, value: variantWords(value ?? {}) })),
    rules: flag.rules.map((rule) => ({
      name: rule.name,
      description: rule.description,
      segment: rule.segment,
      targeting: targetingOf(rule.segment),
      unitSelector: rule.unitSelector,
      enabled: rule.enabled,
      split: splitOf(rule),
    })),
  };
}

function stateOf(state: FlagState): DescribedFlag["state"] {
  if (state === FlagState.DISABLED) return "disabled";
  return state === FlagState.REMOTE ? "remote" : "active";
}
