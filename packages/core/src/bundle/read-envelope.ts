/** Reads a signed envelope: all that is parsed before anything is authenticated. @module */
import { FlagError } from "../errors.js";
import { utf8Of } from "../utf8.js";
import { BYTES, nested, WireReader } from "../wire/wire-reader.js";

/** One signature, as the envelope has it. */
export interface EnvelopeSignature {
  /** 64 bytes. */
  readonly sig: Uint8Array;
  /** A hint; may be empty. */
  readonly keyid: string;
}

/** An envelope, its payload still unread. */
export interface Envelope {
  /** The exact bytes that were signed; shares the envelope's memory. */
  readonly payload: Uint8Array;
  readonly payloadType: string;
  readonly signatures: readonly EnvelopeSignature[];
}

const MAX_ENVELOPE_BYTES = 65_536;
const MAX_SIGNATURES = 8;
const MAX_KEYID_BYTES = 64;
const SIGNATURE_BYTES = 64;

/**
 * Reads an envelope without any leniency: no unknown field, no field twice, no trailing byte.
 *
 * @throws FlagError LIMIT beyond 64 KiB or eight signatures, MALFORMED for everything else.
 */
export function readEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.length > MAX_ENVELOPE_BYTES) throw new FlagError("LIMIT", `an envelope of ${bytes.length} bytes`);
  const reader = new WireReader(bytes, { records: 32, depth: 1, textBytes: 256 });
  let payload: Uint8Array | undefined;
  let payloadType: string | undefined;
  const signatures: EnvelopeSignature[] = [];
  while (reader.next()) {
    if (reader.type === BYTES && reader.field === 1 && payload === undefined) payload = reader.bytes();
    else if (reader.type === BYTES && reader.field === 2 && payloadType === undefined) payloadType = reader.text();
    else if (reader.type === BYTES && reader.field === 3) signatures.push(nested(reader, readSignature));
    else throw new FlagError("MALFORMED", `envelope field ${reader.field} is unknown or repeated`);
    if (signatures.length > MAX_SIGNATURES) throw new FlagError("LIMIT", `more than ${MAX_SIGNATURES} signatures`);
  }
  if (payload === undefined || payloadType === undefined)
    throw new FlagError("MALFORMED", "an envelope without payload");
  return { payload, payloadType, signatures };
}

function readSignature(reader: WireReader): EnvelopeSignature {
  let sig: Uint8Array | undefined;
  let keyid: string | undefined;
  while (reader.next()) {
    if (reader.type === BYTES && reader.field === 1 && sig === undefined) sig = reader.bytes();
    else if (reader.type === BYTES && reader.field === 2 && keyid === undefined) keyid = reader.text();
    else throw new FlagError("MALFORMED", `signature field ${reader.field} is unknown or repeated`);
  }
  if (sig?.length !== SIGNATURE_BYTES) throw new FlagError("MALFORMED", `a signature is ${SIGNATURE_BYTES} bytes long`);
  if (keyid !== undefined && utf8Of(keyid).length > MAX_KEYID_BYTES) throw new FlagError("LIMIT", "a long key id");
  return { sig, keyid: keyid ?? "" };
}
