/** Reads of flags in a context: synchronous, total, and as cheap as one small object. @module */
import type { EvaluationContext, JsonObject, JsonValue, Widened } from "@aplomb/core";
import type { ClientDetails, FlagReader } from "../flag-client.js";
import type { Preparation } from "./preparation.js";
import { type ScopeParts, ScopeReader } from "./scope-reader.js";

/** Reads flags with the client's context, some attributes of its own, and those of each call. */
export class Scope implements FlagReader {
  readonly #reader: ScopeReader;

  /** @param preparation - What was looked up for this scope; absent, what was looked up for the client. */
  constructor(parts: ScopeParts, own?: EvaluationContext, preparation?: Preparation) {
    this.#reader = new ScopeReader(parts, own, preparation);
  }

  getBooleanValue(key: string, defaultValue: boolean, context?: EvaluationContext): boolean {
    return this.#reader.value(key, defaultValue, context, true, "boolean");
  }
  getStringValue(key: string, defaultValue: string, context?: EvaluationContext): string {
    return this.#reader.value(key, defaultValue, context, true, "string");
  }
  getNumberValue(key: string, defaultValue: number, context?: EvaluationContext): number {
    return this.#reader.value(key, defaultValue, context, true, "number");
  }
  getObjectValue<T extends JsonValue>(key: string, defaultValue: T, context?: EvaluationContext): Widened<T> {
    return this.#reader.value(key, defaultValue, context, true);
  }
  getBooleanDetails(key: string, defaultValue: boolean, context?: EvaluationContext): ClientDetails<boolean> {
    return this.#reader.details(key, defaultValue, context, true, "boolean");
  }
  getStringDetails(key: string, defaultValue: string, context?: EvaluationContext): ClientDetails<string> {
    return this.#reader.details(key, defaultValue, context, true, "string");
  }
  getNumberDetails(key: string, defaultValue: number, context?: EvaluationContext): ClientDetails<number> {
    return this.#reader.details(key, defaultValue, context, true, "number");
  }
  getObjectDetails<T extends JsonValue>(
    key: string,
    defaultValue: T,
    context?: EvaluationContext,
  ): ClientDetails<Widened<T>> {
    return this.#reader.details(key, defaultValue, context, true);
  }
  peekValue<T extends JsonValue>(key: string, defaultValue: T, context?: EvaluationContext): Widened<T> {
    return this.#reader.value(key, defaultValue, context, false);
  }
  peekDetails<T extends JsonValue>(
    key: string,
    defaultValue: T,
    context?: EvaluationContext,
  ): ClientDetails<Widened<T>> {
    return this.#reader.details(key, defaultValue, context, false);
  }

  evaluateAll(context?: EvaluationContext): ReadonlyMap<string, ClientDetails<JsonObject>> {
    return this.#reader.all(context);
  }
}
