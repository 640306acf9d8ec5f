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
 *
 * @throws FlagError MALFORMED; OPTION for something other than bytes.
 */
export function readState(bytes: Uint8Array): ReadState {
  if (!(bytes instanceof Uint8Array)) throw new FlagError("OPTION", "state: not a Uint8Array");
  const envelope = attempt(() => decode(StateEnvelopeSchema, bytes));
  if (isFlagError(envelope) || !mayBeEnvelope(envelope)) {
    return { state: required(attempt(() => decode(ResolverStateSchema, bytes))), account: undefined };
  }
  const inner = attempt(() => decode(ResolverStateSchema, envelope.state));
  if (!isFlagError(inner)) return { state: inner, account: envelope.account || undefined };
  const bare = attempt(() => decode(ResolverStateSchema, bytes));
  return { state: isFlagError(bare) ? required(inner) : bare, account: undefined };
}

function mayBeEnvelope({ state, $unknown: unknown = [] }: StateEnvelope): boolean {
  const ofStates = new Set(ResolverStateSchema.fields.map(({ number }) => number));
  return state.length > 0 && !unknown.some(({ no }) => ofStates.has(no));
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

function required(state: ResolverState | FlagError): ResolverState {
  if (!isFlagError(state)) return state;
  const what = `this is no resolver state: ${detailOf(state)}. If it is encrypted, decrypt it first.`;
  throw new FlagError("MALFORMED", what, { cause: state });
}
