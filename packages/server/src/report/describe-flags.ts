/** What a published bundle holds, in the words of the console. @module */
import { BundleSchema, type Flag, FlagSchema, FlagState } from "@aplomb/proto/bundle";
import { fromBinary, type JsonValue } from "@bufbuild/protobuf";
import { type Split, splitOf } from "./split.js";

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
  readonly enabled: boolean;
  readonly split: Split | undefined;
}

const maxValueLength = 2_000;
const bounded = { readUnknownFields: false, recursionLimit: 128 } as const;

/**
 * The flags of a bundle, by key.
 *
 * @throws Error when the bundle itself cannot be decoded; one bad flag is described as unreadable.
 */
export function describeFlags(bundle: Uint8Array): readonly DescribedFlag[] {
  const flags = new Map<string, DescribedFlag>();
  for (const { key, flag } of fromBinary(BundleSchema, bundle, bounded).flags) flags.set(key, describeFlag(key, flag));
  return [...flags.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function describeFlag(key: string, bytes: Uint8Array): DescribedFlag {
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
    variants: flag.variants.map(({ name, value }) => ({ name, value: valueText(value ?? {}) })),
    rules: flag.rules.map((rule) => ({
      name: rule.name,
      description: rule.description,
      segment: rule.segment,
      enabled: rule.enabled,
      split: splitOf(rule),
    })),
  };
}

function stateOf(state: FlagState): DescribedFlag["state"] {
  if (state === FlagState.DISABLED) return "disabled";
  return state === FlagState.REMOTE ? "remote" : "active";
}

/** A value as JSON, cut where it is long; a scalar flag's value without its wrapping. */
function valueText(value: { readonly [field: string]: JsonValue }): string {
  const fields = Object.keys(value);
  const text = JSON.stringify(fields.length === 1 && fields[0] === "value" ? value.value : value);
  return text.length > maxValueLength ? `${text.slice(0, maxValueLength)} …` : text;
}
