/** Asks the endpoint to evaluate flags, and reads its answers. @module */
import type { ResolvedFlag, ResolveFlagsRequest, ResolveFlagsResponse } from "@aplomb/proto/resolve-service";
import { EXPOSURE } from "../exposure/write-batch.js";
import type { Exposure } from "../exposure.js";
import type { JsonObject } from "../value.js";
import { type Message, message, STRUCT, TEXT, UINT } from "../wire/message.js";
import { readMessage } from "../wire/read-message.js";
import { WireReader } from "../wire/wire-reader.js";
import { writeMessage } from "../wire/write-message.js";

/** What to evaluate, for whom. */
export interface ResolveQuestion {
  readonly audience: string;
  /** Keys, without paths. Empty: every flag of the audience. */
  readonly flags: readonly string[];
  /** What of the context may leave. */
  readonly context: JsonObject;
}

/** One flag's answer, as the endpoint gave it: texts that nobody has checked. */
export interface FlagAnswer {
  readonly flag: string;
  /** A resolution reason, such as "MATCH". */
  readonly reason: string;
  /** Empty for none. */
  readonly variant: string;
  readonly value: JsonObject | undefined;
  /** What to expose when the unit meets the outcome; its time, day and id are empty. Absent when there is nothing to expose. */
  readonly exposure: Exposure | undefined;
  /** Empty for none. */
  readonly errorCode: string;
  readonly errorMessage: string;
  /** OpenFeature's reason, such as "SPLIT". */
  readonly evaluationReason: string;
}

/** The endpoint's answers. */
export interface ResolveAnswer {
  readonly flags: readonly FlagAnswer[];
  /** The version of the bundle that was evaluated. */
  readonly bundleVersion: number;
}

const QUESTION: Message<object> = message<ResolveFlagsRequest>({
  audience: [1, TEXT],
  flags: [2, TEXT, "[]"],
  context: [3, STRUCT],
});
const ANSWER: Message<object> = message<ResolvedFlag>({
  flag: [1, TEXT],
  reason: [2, TEXT],
  variant: [3, TEXT],
  value: [4, STRUCT, "?"],
  exposure: [5, EXPOSURE, "?"],
  errorCode: [6, TEXT],
  errorMessage: [7, TEXT],
  evaluationReason: [8, TEXT],
});
const ANSWERS: Message<object> = message<ResolveFlagsResponse>({ flags: [1, ANSWER, "[]"], bundleVersion: [2, UINT] });

/** The bytes of a question. */
export function writeResolveQuestion(question: ResolveQuestion): Uint8Array<ArrayBuffer> {
  return writeMessage(QUESTION, question);
}

/**
 * Reads the answers; fields of newer servers are passed over.
 *
 * @throws FlagError MALFORMED or LIMIT.
 */
export function readResolveAnswer(bytes: Uint8Array): ResolveAnswer {
  const budget = { records: 200_000, depth: 128, textBytes: 65_536 };
  return readMessage(new WireReader(bytes, budget), ANSWERS, "skip") as ResolveAnswer;
}
