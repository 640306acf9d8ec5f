/** A state as the specification says, for the naive evaluator: nothing is narrowed, and no code of the import is used. @module */
import { gunzipSync } from "node:zlib";
import {
  BloomFilterSchema,
  type Flag,
  FlagSchema,
  RuleSchema,
  ScalarKind,
  type Segment,
  SegmentSchema,
  StructTypeSchema,
} from "@aplomb/proto/bundle";
import type { NaiveState } from "@aplomb/testkit/naive";
import { create } from "@bufbuild/protobuf";
import * as source from "../gen/aplomb/confidence/v1/resolver_state_pb.js";
import type { ImportOptions } from "../src/import-options.js";
import type { StateInit } from "./state-builder.js";

/** The state for whoever asks; flags whose names are no keys of ours are not in it. */
export function naiveStateFrom(init: StateInit, asker: ImportOptions): NaiveState {
  const state = create(source.ResolverStateSchema, init);
  const { client, environments } = requesterIn(state, asker);
  const flags = [...new Map(state.flags.map((flag) => [flag.name, flag])).values()]
    .filter((flag) => flag.state === 1 && flag.clients.includes(client) && /^flags\/[^.]+$/.test(flag.name))
    .map((flag) => [flag.name.slice(6), flagFrom(flag, environments)] as const);
  const bits = new Map<string, Uint8Array>();
  for (const { segment, content } of state.bitsets)
    if (content.case === "gzipped") bits.set(segment, gunzipSync(content.value));
  const filters = state.bloomFilters.filter(({ strategy, bitCount }) => strategy === 1 && bitCount > 0n);
  return {
    allocationSalt: `MegaSalt-${asker.account?.replace(/\/.*/s, "")}`,
    flags: new Map(flags),
    segments: new Map(state.segments.map((segment) => [segment.name, segmentFrom(segment, bits.get(segment.name))])),
    bloomFilters: new Map(
      filters.map(({ $typeName: _, ...filter }) => [filter.materializedSegment, create(BloomFilterSchema, filter)]),
    ),
  };
}

/** §2: of all clients in order, and of each client's credentials in order, the last one with the secret. */
function requesterIn({ clients, credentials }: source.ResolverState, asker: ImportOptions) {
  if ("client" in asker) return asker;
  const [found] = clients
    .flatMap(({ name }) => credentials.map((credential) => ({ client: name, credential })))
    .filter(({ client, credential }) => credential.name.startsWith(client))
    .filter(({ credential: { credential } }) => credential.value?.secret === asker.clientSecret)
    .reverse();
  return { client: found?.client ?? "", environments: found?.credential.environments ?? [] };
}

function flagFrom({ schema, variants, rules }: source.Flag, environments: readonly string[]): Flag {
  return create(FlagSchema, {
    state: 1,
    variants: variants.map(({ name, value }) => ({ name, ...(value && { value }) })),
    ...(schema && { schema: structFrom(schema) }),
    rules: rules
      .filter((rule) => rule.environments.length === 0 || rule.environments.some((name) => environments.includes(name)))
      .map(({ materialization, ...rule }) => {
        const [, salt] = rule.segment.split("/");
        const { mode, ...rest } = materialization ?? {};
        return create(RuleSchema, {
          ...(translated(rule) as object),
          ...(salt !== undefined && { salt }),
          ...(materialization && {
            materialization: { ...(translated(rest) as object), ...(translated(mode) as object) },
          }),
        });
      }),
  });
}

function structFrom({ fields }: source.StructSchema): ReturnType<typeof create<typeof StructTypeSchema>> {
  return create(StructTypeSchema, {
    fields: Object.entries(fields).map(([name, schema]) => ({ name, schema: typeFrom(schema) })),
  });
}

function typeFrom({ kind }: source.ValueSchema): object {
  if (kind.case === undefined) return {};
  if (kind.case === "struct") return { kind: { case: "struct", value: structFrom(kind.value) } };
  if (kind.case !== "list") return { kind: { case: "scalar", value: ScalarKind[kind.case.toUpperCase() as "INT"] } };
  const { element } = kind.value;
  return { kind: { case: "list", value: element === undefined ? {} : { element: typeFrom(element) } } };
}

function segmentFrom({ targeting }: source.Segment, bits: Uint8Array | undefined): Segment {
  const ids = Object.keys(targeting?.criteria ?? {});
  const { expression } = targeting ?? {};
  return create(SegmentSchema, {
    ...(targeting && {
      targeting: {
        criteria: Object.values(targeting.criteria).map((criterion) => translated(criterion) as object),
        ...(expression && { expression: translated(expression, ids) as object }),
      },
    }),
    ...(bits && { allocation: { storedBits: 8 * bits.length, form: { case: "bits", value: bits } } }),
  });
}

/** What the source puts into a message of its own and we do not, by the name of its case. */
const WRAPPED: Readonly<Record<string, string>> = {
  contains: "value",
  endsWith: "value",
  materializedSegment: "materializedSegment",
  segment: "segment",
  startsWith: "value",
  variant: "variant",
  version: "version",
};

/** The two schemas have the same names but for {@link WRAPPED}, and for ids of criteria, which are places with us. */
function translated(value: unknown, ids: readonly string[] = []): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((element) => translated(element, ids));
  if ("case" in value && "value" in value) {
    const { case: name, value: content } = value as { case: string; value: Readonly<Record<string, unknown>> };
    if (name === "ref") return { case: "criterion", value: ids.indexOf(String(content)) >>> 0 };
    const key = WRAPPED[name];
    return { case: name, value: key === undefined ? translated(content, ids) : content[key] };
  }
  const fields = Object.entries(value).filter(([name]) => name !== "$typeName");
  return Object.fromEntries(fields.map(([name, field]) => [name, translated(field, ids)]));
}
