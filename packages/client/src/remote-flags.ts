/** Flags that the endpoint resolves: what a client asks, and what it is answered. @module */
import type { EvaluationContext, EvaluationDetails, JsonValue, Widened } from "@aplomb/core";

/** What to ask. */
export interface RemoteQuestion {
  /** Without paths. */
  readonly flagKeys: readonly string[];
  readonly context: EvaluationContext;
  /** The active bundle's version: answers of another are not taken from memory. */
  readonly bundleVersion: number;
  readonly timeoutMs: number;
}

/** What the endpoint answered to one question. */
export interface RemoteAnswers {
  /**
   * Details as if the flag had been evaluated here; undefined for a flag that was not asked about, and in a context of which
   * something else would have been sent: an answer is never given to somebody else.
   */
  details<T extends JsonValue>(
    key: string,
    defaultValue: T,
    context: EvaluationContext,
  ): EvaluationDetails<Widened<T>> | undefined;
}

/** The endpoint, as far as it resolves flags. */
export interface RemoteFlags {
  /**
   * Asks, or remembers.
   *
   * @throws RequestError or FlagError when there is no answer, and none is remembered.
   */
  ask(question: RemoteQuestion): Promise<RemoteAnswers>;
}
