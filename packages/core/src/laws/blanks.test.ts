/** P-08: every field of the contract, absent, empty and at its extremes: a bundle is refused or it answers, and never throws. @module */
import { readdirSync, readFileSync } from "node:fs";
import { BloomFilterSchema, type Bundle, BundleSchema, FlagSchema, SegmentSchema } from "@aplomb/proto/bundle";
import { ManifestSchema, RootSchema } from "@aplomb/proto/trust";
import { bundleBytes, createTestKeys } from "@aplomb/testkit";
import { curiousBundle } from "@aplomb/testkit/arbitraries";
import { CONFORMANCE } from "@aplomb/testkit/conformance";
import {
  create,
  type DescField,
  type DescMessage,
  fromBinary,
  type Message,
  ScalarType,
  toBinary,
} from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { describe, expect, test } from "vitest";
import { readEnvelope } from "../bundle/read-envelope.js";
import { readManifest, readRoot } from "../bundle/read-trust.js";
import { evaluateAll, isFlagError, openBundle, selfTest } from "../index.js";

const DEEP = process.env.APLOMB_DEEP === "1";
const contexts = [
  {},
  { targetingKey: "u1", s: "a", n: 1, b: true, v: "1.2.3", t: "2026-01-01", l: ["a", 1], o: { p: "a" } },
];

/** What a scalar field may hold at its edges. */
function extremesOf(type: ScalarType): readonly unknown[] {
  switch (type) {
    case ScalarType.BOOL:
      return [true, false];
    case ScalarType.STRING:
      return ["", "\u0000", "__proto__", "x".repeat(300)];
    case ScalarType.BYTES:
      return [new Uint8Array(), new Uint8Array(1), new Uint8Array(40).fill(255)];
    case ScalarType.DOUBLE:
      return [0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MAX_VALUE, -1];
    case ScalarType.INT64:
      return [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)];
    case ScalarType.UINT64:
      return [0n, 1n, 2n ** 53n, 2n ** 64n - 1n];
    case ScalarType.INT32:
      return [0, -1, 2 ** 31 - 1, -(2 ** 31)];
    default:
      return [0, 1, 2 ** 32 - 1];
  }
}

/** Ways to set a field, by name. "absent" comes first. */
function settingsOf(field: DescField): { readonly name: string; readonly value: unknown }[] {
  const named = (values: readonly unknown[]) => values.map((value, place) => ({ name: `extreme ${place}`, value }));
  if (field.fieldKind === "scalar") return named(extremesOf(field.scalar));
  if (field.fieldKind === "enum") return named([0, 1, 2, 3, 77, -1]);
  if (field.fieldKind === "message") return [{ name: "empty", value: create(field.message) }];
  return [];
}

interface Place {
  readonly message: Message;
  readonly schema: DescMessage;
}

/** Each kind of message that occurs in one, with one place where it does. */
function placesIn(schema: DescMessage, message: Message, found = new Map<string, Place[]>()): Map<string, Place[]> {
  const known = found.get(schema.typeName) ?? [];
  if (known.length >= 3) return found;
  found.set(schema.typeName, [...known, { message, schema }]);
  const view = reflect(schema, message);
  for (const field of schema.fields) {
    const isList = field.fieldKind === "list" && field.listKind === "message";
    if (field.fieldKind === "message" && view.isSet(field)) placesIn(field.message, view.get(field).message, found);
    if (isList)
      for (const item of view.get(field)) placesIn(field.message, (item as { message: Message }).message, found);
  }
  return found;
}

/** Every way of blanking one field: what it is called, and what undoes it. */
function* blanks(schema: DescMessage, message: Message): Generator<string> {
  for (const { message: at, schema: kind } of [...placesIn(schema, message).values()].flat()) {
    const view = reflect(kind, at);
    for (const field of kind.fields) {
      const before = view.isSet(field) ? view.get(field) : undefined;
      const name = `${kind.name}.${field.name}`;
      view.clear(field);
      yield `${name} absent`;
      for (const setting of settingsOf(field)) {
        const value = field.fieldKind === "message" ? reflect(field.message, setting.value as Message) : setting.value;
        view.set(field, value as never);
        yield `${name} ${setting.name}`;
      }
      view.clear(field);
      if (field.fieldKind === "list" && before) continue;
      if (before !== undefined) view.set(field, before as never);
    }
  }
}

/** Opens and answers, or refuses; the texts of anything else. */
function problemsOf(read: () => void, name: string): string[] {
  try {
    read();
    return [];
  } catch (error) {
    return isFlagError(error) ? [] : [`${name}: ${String(error)}`];
  }
}

function useBundle(bytes: Uint8Array): void {
  const set = openBundle(bytes);
  for (const _ of selfTest(set));
  for (const context of contexts) evaluateAll(set, context);
}

const golden = readdirSync(new URL("bundles/", CONFORMANCE))
  .filter((file) => file.startsWith("random-"))
  .map((file) => new Uint8Array(readFileSync(new URL(`bundles/${file}`, CONFORMANCE))));

interface EntryPlace {
  readonly schema: DescMessage;
  readonly entry: Record<string, Uint8Array<ArrayBuffer>>;
  readonly field: string;
}

/** The entries of a bundle, and where their bytes are. */
function entriesOf({ flags, segments, bloomFilters }: Bundle): EntryPlace[] {
  const places = (schema: DescMessage, entries: readonly object[], field: string): EntryPlace[] =>
    entries.map((entry) => ({ schema, entry: entry as EntryPlace["entry"], field }));
  return [
    ...places(FlagSchema, flags, "flag"),
    ...places(SegmentSchema, segments, "segment"),
    ...places(BloomFilterSchema, bloomFilters, "filter"),
  ];
}

/** An entry's message; undefined for one that is damaged on purpose. */
function parsed(schema: DescMessage, bytes: Uint8Array): Message | undefined {
  try {
    return fromBinary(schema, bytes);
  } catch {
    return undefined;
  }
}

/** Each way in each place takes a while. */
const patient = { timeout: DEEP ? 1_800_000 : 120_000 };

describe("P-08 every field of", () => {
  test("a bundle, and of every entry in it", patient, () => {
    const tried = new Set<string>();
    const problems: string[] = [];
    /** Each way once, unless there is time for each way in each place. */
    const isNews = (name: string): boolean => {
      const known = tried.has(name);
      tried.add(name);
      return DEEP || !known;
    };
    for (const bytes of [curiousBundle(), ...golden]) {
      const whole = fromBinary(BundleSchema, bytes);
      const use = (name: string): void =>
        void problems.push(...problemsOf(() => useBundle(toBinary(BundleSchema, whole)), name));
      for (const { schema, entry, field } of entriesOf(whole)) {
        const before = entry[field] ?? new Uint8Array();
        const message = parsed(schema, before);
        for (const name of message ? blanks(schema, message) : []) {
          if (!isNews(name) || !message) continue;
          entry[field] = toBinary(schema, message);
          use(name);
        }
        entry[field] = before;
      }
      for (const name of blanks(BundleSchema, whole)) if (isNews(name)) use(name);
    }
    expect(problems).toEqual([]);
    expect(tried.size).toBeGreaterThan(150);
  });

  test("a manifest and a root", async () => {
    const keys = await createTestKeys();
    const { manifest } = await keys.seal(bundleBytes({}));
    const problems: string[] = [];
    const messages = [
      { schema: ManifestSchema, bytes: readEnvelope(manifest).payload, read: readManifest },
      { schema: RootSchema, bytes: readEnvelope(keys.rootEnvelope).payload, read: readRoot },
    ];
    for (const { schema, bytes, read } of messages) {
      const message = fromBinary<DescMessage>(schema, bytes);
      for (const name of blanks(schema, message)) {
        problems.push(...problemsOf(() => void read(toBinary<DescMessage>(schema, message)), name));
      }
    }
    expect(problems).toEqual([]);
  });
});
