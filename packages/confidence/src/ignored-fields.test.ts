/** Fields that the source platform's resolver does not look at: whatever is in them, the bundle is the same. @module */
import { fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import type { WireType } from "@bufbuild/protobuf/wire";
import { describe, expect, test } from "vitest";
import { type ResolverState, ResolverStateSchema } from "../gen/aplomb/confidence/v1/resolver_state_pb.js";
import { ALL, BY_SECRET, drawn, envelopeBytes, flag, stateBytes } from "../test/state-builder.js";
import { held, numbered } from "../test/wire-bytes.js";
import { importResolverState } from "./import-resolver-state.js";

const plain = stateBytes({ flags: [flag("f")], segments: [ALL], bitsets: [drawn("segments/all", [1, 2, 3])] });
const { bundle } = importResolverState(plain, BY_SECRET);

/** The state with fields added to one of its messages. */
function withFields(at: (state: ResolverState) => Message | undefined, fields: readonly number[][]): Uint8Array {
  const state = fromBinary(ResolverStateSchema, plain);
  const message = at(state);
  if (message === undefined) throw new Error("the state has no such message");
  message.$unknown = fields.map(([tag = 0, more = 0, ...rest]) => {
    const isLong = tag > 127;
    const no = isLong ? ((tag & 127) | (more << 7)) >> 3 : tag >> 3;
    return { no, wireType: (tag & 7) as WireType, data: Uint8Array.from(isLong ? rest : [more, ...rest]) };
  });
  return toBinary(ResolverStateSchema, state);
}

const time = (number: number) => held(number, numbered(1, 1_700_000_000), numbered(2, 5));
const label = (number: number) => held(number, held(1, "team"), held(2, "growth"));
const people = (...numbers: readonly number[]) => numbers.map((number) => held(number, "identities/somebody"));
const noBits = held(6, held(1, [0, 0, 0, 0]));

describe("what is not looked at", () => {
  test.each<{ what: string; at: (state: ResolverState) => Message | undefined; fields: number[][] }>([
    { what: "a state's region", at: (state) => state, fields: [numbered(8, 1), numbered(3, 1), held(9, "x")] },
    {
      what: "a flag's times, labels, usage, description, people",
      at: ({ flags: [first] }) => first,
      fields: [time(6), time(7), label(10), held(11, numbered(1, 1)), held(13, "why"), ...people(14, 15, 16)],
    },
    {
      what: "a variant's labels, times, description, people",
      at: ({ flags: [first] }) => first?.variants[0],
      fields: [label(3), time(4), time(5), held(8, "the old one"), ...people(9, 10)],
    },
    {
      what: "a rule's usage, times, labels, people",
      at: ({ flags: [first] }) => first?.rules[0],
      fields: [held(4, numbered(1, 1)), time(6), time(7), label(10), ...people(14, 15)],
    },
    { what: "an archived segment", at: ({ segments: [first] }) => first, fields: [numbered(5, 3)] },
    { what: "a segment that was never allocated", at: ({ segments: [first] }) => first, fields: [numbered(5, 1)] },
    {
      what: "a segment's share, its exclusivity, bits of its own",
      at: ({ segments: [first] }) => first,
      fields: [held(3, held(1, held(1, "0.0")), held(3, "tag"), held(4, "tag")), noBits],
    },
    {
      what: "a segment's labels, times, name, people, workflow, flag",
      at: ({ segments: [first] }) => first,
      fields: [label(7), time(8), time(9), held(12, "Everybody"), ...people(13, 14, 15), held(16, "w"), held(17, "f")],
    },
    { what: "a client's rest", at: ({ clients: [first] }) => first, fields: [held(2, "Web"), label(3), time(4)] },
    {
      what: "a credential's rest",
      at: ({ credentials: [first] }) => first,
      fields: [held(2, "One"), time(4), label(9)],
    },
    { what: "a bitset's rest", at: ({ bitsets: [first] }) => first, fields: [held(4, [255]), numbered(15, 1)] },
  ])("$what", ({ at, fields }) => {
    const state = withFields(at, fields);
    expect(state.length).toBeGreaterThan(plain.length);
    expect(importResolverState(state, BY_SECRET)).toEqual({ bundle, diagnostics: [] });
  });

  test("an envelope's destinations of logs, one by one and packed", () => {
    const more = [numbered(4, 1), held(4, [1, 2])].flat();
    const state = Uint8Array.from([...envelopeBytes(plain, BY_SECRET.account), ...more]);
    expect(importResolverState(state, BY_SECRET)).toEqual({ bundle, diagnostics: [] });
  });
});
