/** Signs exact bytes and puts them into an envelope. @module */
import { preAuthEncoding } from "@aplomb/core";
import { EnvelopeSchema } from "@aplomb/proto/trust";
import { create, toBinary } from "@bufbuild/protobuf";
import type { SigningKey } from "../signing-key.js";

/** A serialised Envelope around a payload, signed by each of the keys in the order given. */
export async function signEnvelope(
  payloadType: string,
  payload: Uint8Array,
  keys: readonly SigningKey[],
): Promise<Uint8Array> {
  const message = preAuthEncoding(payloadType, payload);
  const signatures = await Promise.all(keys.map(async (key) => ({ sig: await key.sign(message), keyid: key.keyid })));
  return toBinary(EnvelopeSchema, create(EnvelopeSchema, { payload, payloadType, signatures }));
}
