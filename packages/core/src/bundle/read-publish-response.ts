/** Reads the endpoint's answer to a batch. @module */
import type { PublishExposuresResponse, RejectedRow as RejectedRowMessage } from "@aplomb/proto/resolve-service";
import { BOOL, type Message, message, TEXT, UINT } from "../wire/message.js";
import { readMessage } from "../wire/read-message.js";
import { WireReader } from "../wire/wire-reader.js";

/** A row that was not stored, and never will be. */
export interface RejectedRow {
  /** Its place among the batch's exposures, or among its track events. */
  readonly index: number;
  /** Among the track events. */
  readonly trackEvent: boolean;
  readonly code: string;
}

/** The batch is stored: now or already. */
export interface PublishResponse {
  readonly duplicate: boolean;
  readonly rejected: readonly RejectedRow[];
}

const ROW: Message<object> = message<RejectedRowMessage>({ index: [1, UINT], trackEvent: [2, BOOL], code: [3, TEXT] });
const RESPONSE: Message<PublishResponse> = message<PublishExposuresResponse>({
  duplicate: [1, BOOL],
  rejected: [2, ROW, "[]"],
});

/**
 * Reads a publish response; fields of newer servers are passed over.
 *
 * @throws FlagError MALFORMED or LIMIT.
 */
export function readPublishResponse(bytes: Uint8Array): PublishResponse {
  return readMessage(new WireReader(bytes, { records: 100_000, depth: 1, textBytes: 256 }), RESPONSE, "skip");
}
