/** Builds resolver states for tests out of short descriptions, with the generated code. @module */
import { gzipSync } from "node:zlib";
import { create, type DescMessage, type MessageInitShape, type MessageShape, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeCriterionSchema,
  type ExpressionSchema,
  type FlagSchema,
  FlagState,
  ResolverStateSchema,
  type RuleSchema,
  type SegmentSchema,
  StateEnvelopeSchema,
} from "../gen/aplomb/confidence/v1/resolver_state_pb.js";

/** What `create` takes, without the finished message. */
type InitOf<S extends DescMessage> = Exclude<MessageInitShape<S>, MessageShape<S>>;

export type StateInit = InitOf<typeof ResolverStateSchema>;
export type FlagInit = InitOf<typeof FlagSchema>;
export type RuleInit = InitOf<typeof RuleSchema>;
export type SegmentInit = InitOf<typeof SegmentSchema>;
export type AttributeInit = InitOf<typeof AttributeCriterionSchema>;
export type ExpressionInit = InitOf<typeof ExpressionSchema>;

export const ACCOUNT = "acct";
export const SECRET = "secret-of-web";
export const BY_SECRET = { account: ACCOUNT, clientSecret: SECRET };

/** The bytes of a state; with a client `clients/web` that may ask with {@link SECRET}, unless clients are given. */
export function stateBytes(init: StateInit): Uint8Array {
  const clients = [{ name: "clients/web" }];
  const credentials = [credential("clients/web/credentials/one", SECRET, ["environments/prod"])];
  return toBinary(ResolverStateSchema, create(ResolverStateSchema, { clients, credentials, ...init }));
}

export function envelopeBytes(state: Uint8Array, account: string): Uint8Array {
  return toBinary(StateEnvelopeSchema, create(StateEnvelopeSchema, { state, account }));
}

export function credential(
  name: string,
  secret: string,
  environments: string[] = [],
): NonNullable<StateInit["credentials"]>[number] {
  return { name, credential: { case: "clientSecret", value: { secret } }, environments };
}

/** A flag of `clients/web` with the variants on and off; by default everybody of `segments/all` gets on. */
export function flag(id: string, init: FlagInit = {}): FlagInit {
  return {
    name: `flags/${id}`,
    state: FlagState.ACTIVE,
    clients: ["clients/web"],
    variants: [
      { name: `flags/${id}/variants/on`, value: { enabled: true } },
      { name: `flags/${id}/variants/off`, value: { enabled: false } },
    ],
    rules: [rule(id)],
    ...init,
  };
}

/** A rule that gives everybody of a segment the variant on of a flag. */
export function rule(flagId: string, init: RuleInit = {}): RuleInit {
  return {
    name: `flags/${flagId}/rules/everybody`,
    segment: "segments/all",
    enabled: true,
    split: {
      bucketCount: 1,
      assignments: [
        {
          id: "all",
          outcome: { case: "variant", value: { variant: `flags/${flagId}/variants/on` } },
          ranges: [{ lower: 0, upper: 1 }],
        },
      ],
    },
    ...init,
  };
}

/** A segment of everybody. */
export const ALL: SegmentInit = { name: "segments/all" };

/** A segment with criteria and how they combine; by default the criterion `a`. */
export function segment(
  name: string,
  criteria: NonNullable<NonNullable<SegmentInit["targeting"]>["criteria"]>,
  expression: ExpressionInit = { kind: { case: "ref", value: "a" } },
): SegmentInit {
  return { name, targeting: { criteria, expression } };
}

/** A bitset of a segment, with the buckets that are drawn. */
export function drawn(segmentName: string, buckets: readonly number[], sizeBytes = 125_000): BitsetInit {
  const bits = new Uint8Array(sizeBytes);
  for (const bucket of buckets) bits[bucket >> 3] = (bits[bucket >> 3] as number) | (1 << (bucket & 7));
  return packed(segmentName, bits);
}

type BitsetInit = NonNullable<StateInit["bitsets"]>[number];

/** A bitset of a segment. */
export function packed(segmentName: string, bits: Uint8Array): BitsetInit {
  return { segment: segmentName, content: { case: "gzipped", value: Uint8Array.from(gzipSync(bits)) } };
}
