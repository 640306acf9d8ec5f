/** Reads of flags in a context: synchronous, total, and as cheap as one small object. @module */
import {
  type ErrorCode,
  type EvaluationContext,
  type EvaluationDetails,
  evaluate,
  evaluateAll,
  evaluateValue,
  type JsonObject,
  type JsonValue,
  type Widened,
} from "@aplomb/core";
import type { ActiveBundle, BundleCell } from "../active-bundle.js";
import type { Clock } from "../clock.js";
import type { ClientDetails, FlagReader } from "../flag-client.js";

/** What every scope of a client shares. */
export interface ScopeParts {
  readonly cell: BundleCell;
  readonly clock: Clock;
  /** The context that every read starts from. Replaced as a whole, never changed. */
  readonly baseContext: () => EvaluationContext;
  /** Whether `get…` exposes by itself. */
  readonly exposes: boolean;
  readonly expose: (details: EvaluationDetails) => void;
  /** Told of what should never be thrown. */
  readonly failed: (error: unknown) => void;
}

type Primitive = "boolean" | "string" | "number";

/** Reads flags with the client's context, some attributes of its own, and those of each call. */
export class Scope implements FlagReader {
  readonly #reader: ScopeReader;

  constructor(parts: ScopeParts, own?: EvaluationContext) {
    this.#reader = new ScopeReader(parts, own);
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

/**
 * What a scope works with.
 *
 * An object of its own, because a client is a scope with members of its own, so that no two clients look alike to an engine:
 * fields read from them directly are searched for, one after the other, in every process that has a handful of clients.
 */
class ScopeReader {
  readonly parts: ScopeParts;
  readonly #own: EvaluationContext | undefined;
  #base: EvaluationContext | undefined;
  #merged: EvaluationContext = {};
  #isEmpty = true;

  constructor(parts: ScopeParts, own: EvaluationContext | undefined) {
    this.parts = parts;
    this.#own = own;
  }

  all(context: EvaluationContext | undefined): ReadonlyMap<string, ClientDetails<JsonObject>> {
    const { cell, failed } = this.parts;
    const all = new Map<string, ClientDetails<JsonObject>>();
    const active = cell.current;
    if (!active) return all;
    try {
      for (const [key, details] of evaluateAll(active.flagSet, this.#contextFor(context, active))) {
        all.set(key, this.#exposable(details));
      }
    } catch (error) {
      failed(error);
    }
    return all;
  }

  /** The one place where a value is read. */
  value<T extends JsonValue>(
    key: string,
    defaultValue: T,
    context: EvaluationContext | undefined,
    isGet: boolean,
    type?: Primitive,
  ): Widened<T> {
    const parts = this.parts;
    const active = parts.cell.current;
    if (!active || (type && typeof defaultValue !== type)) return defaultValue as Widened<T>;
    try {
      const merged = this.#contextFor(context, active);
      if (!(isGet && parts.exposes)) return evaluateValue(active.flagSet, key, defaultValue, merged);
      const details = evaluate(active.flagSet, key, defaultValue, merged);
      parts.expose(details);
      return details.value;
    } catch (error) {
      parts.failed(error);
      return defaultValue as Widened<T>;
    }
  }

  /** The one place where details are read. */
  details<T extends JsonValue>(
    key: string,
    defaultValue: T,
    context: EvaluationContext | undefined,
    isGet: boolean,
    type?: Primitive,
  ): ClientDetails<Widened<T>> {
    const parts = this.parts;
    const active = parts.cell.current;
    if (!active) return withoutBundle(key, defaultValue, "PROVIDER_NOT_READY", "there is no bundle yet");
    if (type && typeof defaultValue !== type) {
      return withoutBundle(key, defaultValue, "TYPE_MISMATCH", `the default is not a ${type}`);
    }
    try {
      const details = evaluate(active.flagSet, key, defaultValue, this.#contextFor(context, active));
      if (isGet && parts.exposes) parts.expose(details);
      return this.#exposable(details);
    } catch (error) {
      parts.failed(error);
      return withoutBundle(key, defaultValue, "INVALID_CONTEXT", "the context cannot be read");
    }
  }

  #exposable<T extends JsonValue>(details: EvaluationDetails<T>): ClientDetails<T> {
    // Added to the object that was made for this call: copying it would cost as much as the evaluation.
    return Object.assign(details, { expose: () => this.parts.expose(details) });
  }

  /** The context of one read. What is not an object is passed on, so that the evaluation says so. */
  #contextFor(call: EvaluationContext | undefined, active: ActiveBundle): EvaluationContext {
    const base = this.parts.baseContext();
    if (base !== this.#base) this.#follow(base);
    const context = call === undefined ? this.#merged : this.#isEmpty ? call : merge(this.#merged, call);
    return active.flagSet.usesSchedules ? merge(context, { $nowMs: this.parts.clock.nowMs() }) : context;
  }

  /** Merges the client's context with this scope's attributes: once for each context that the client has had. */
  #follow(base: EvaluationContext): void {
    this.#merged = this.#own === undefined ? base : merge(base, this.#own);
    this.#isEmpty = Object.keys(this.#merged).length === 0;
    this.#base = base;
  }
}

function merge(base: EvaluationContext, added: EvaluationContext): EvaluationContext {
  return typeof added === "object" && added !== null ? { ...base, ...added } : added;
}

/** Details of a read that never came to an evaluation. */
function withoutBundle<T extends JsonValue>(
  flagKey: string,
  defaultValue: T,
  errorCode: ErrorCode,
  errorMessage: string,
): ClientDetails<Widened<T>> {
  const value = defaultValue as Widened<T>;
  return { flagKey, value, reason: "ERROR", errorCode, errorMessage, flagMetadata: {}, expose: () => {} };
}
