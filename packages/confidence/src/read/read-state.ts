/** Reads a resolver state, bare or in its envelope. @module */
import { FlagError, isFlagError } from "@aplomb/core";
import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import {
  type ResolverState,
  ResolverStateSchema,
  type StateEnvelope,
  StateEnvelopeSchema,
} from "../../gen/aplomb/confidence/v1/resolver_state_pb.js";
import { detailOf } from "../error-detail.js";
import { checkWire, MAX_NESTING } from "./check-wire.js";
import { remedyFor } from "./remedy-for.js";

/** A state, and what came with it. */
interface ReadState {
  readonly state: ResolverState;
  /** The account that the envelope names. */
  readonly account: string | undefined;
}

/**
 * Reads a state.
 *
 * It is in an envelope if it has the field that would be the state, none of the fields that only a state has, and that
 * field is itself a state. A flag, which is what a bare state has there, never is: its name, "flags/…", is no message.
 * An envelope that does have such fields, which one of a later version may, is what cannot be read as a bare state.
 *
 * @throws FlagError MALFORMED; OPTION for something other than bytes.
 */
export function readState(bytes: Uint8Array): ReadState {
  if (!(bytes instanceof Uint8Array)) throw new FlagError("OPTION", "state: not a Uint8Array");
  const envelope = attempt(() => decode(StateEnvelopeSchema, bytes));
  const inner = isFlagError(envelope) || envelope.state.length === 0 ? undefined : readInner(envelope);
  if (inner?.isLikely && !isFlagError(inner.state)) return { state: inner.state, account: inner.account };
  const bare = attempt(() => decode(ResolverStateSchema, bytes));
  if (!isFlagError(bare)) return { state: bare, account: undefined };
  if (inner === undefined) throw unreadable(bare, bytes);
  if (isFlagError(inner.state)) throw unreadable(inner.isLikely ? inner.state : bare, bytes);
  return { state: inner.state, account: inner.account };
}

/** What an envelope holds, if it is one; likely, if it has nothing that a bare state has and an envelope does not. */
function readInner({ state, account, $unknown: unknown = [] }: StateEnvelope): {
  readonly state: ResolverState | FlagError;
  readonly account: string | undefined;
  readonly isLikely: boolean;
} {
  const ofStates = new Set(ResolverStateSchema.fields.map(({ number }) => number));
  return {
    state: attempt(() => decode(ResolverStateSchema, state)),
    account: account || undefined,
    isLikely: !unknown.some(({ no }) => ofStates.has(no)),
  };
}

/** Once the layout has been checked, generated code reads the same from it as the source platform's resolver. */
function decode<Schema extends DescMessage>(schema: Schema, bytes: Uint8Array): MessageShape<Schema> {
  checkWire(schema, bytes);
  return fromBinary(schema, bytes, { recursionLimit: 2 * MAX_NESTING });
}

/** What was read, or why it could not be. */
function attempt<T>(read: () => T): T | FlagError {
  try {
    return read();
  } catch (error) {
    if (isFlagError(error, "MALFORMED")) return error;
    throw error;
  }
}

function unreadable(cause: FlagError, bytes: Uint8Array): FlagError {
  return new FlagError("MALFORMED", `this is no resolver state: ${detailOf(cause)}. ${remedyFor(bytes)}`, { cause });
}
