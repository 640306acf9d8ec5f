/** What a scope reads with: contexts merged, one place for values, one for details, nothing thrown. @module */
import type {
  ErrorCode,
  EvaluationContext,
  EvaluationDetails,
  FlagSet,
  JsonObject,
  JsonValue,
  Widened,
} from "@aplomb/core";
import { evaluate, evaluateAll, evaluateValue } from "@aplomb/core/reading";
import type { ActiveBundle, BundleCell } from "../active-bundle.js";
import type { Clock } from "../clock.js";
import type { ClientDetails } from "../flag-client.js";
import { evaluatePrepared, type Preparation } from "./preparation.js";
import type { StickyReads } from "./sticky-reads.js";

/** What every scope of a client shares. */
export interface ScopeParts {
  readonly cell: BundleCell;
  readonly clock: Clock;
  /** The context that every read starts from. Replaced as a whole, never changed. */
  readonly baseContext: () => EvaluationContext;
  /** Whether `get…` exposes by itself. */
  readonly exposes: boolean;
  readonly expose: (details: EvaluationDetails) => void;
  /** Absent where nothing is sticky: flags that need stored assignments answer that they cannot. */
  readonly sticky?: StickyReads | undefined;
  /** What was looked up for the client's own context. */
  readonly preparation?: () => Preparation | undefined;
  /** Told of what should never be thrown. */
  readonly failed: (error: unknown) => void;
}

type Primitive = "boolean" | "string" | "number";

/**
 * What a scope works with.
 *
 * An object of its own, because a client is a scope with members of its own, so that no two clients look alike to an engine:
 * fields read from them directly are searched for, one after the other, in every process that has a handful of clients.
 */
export class ScopeReader {
  readonly parts: ScopeParts;
  readonly #own: EvaluationContext | undefined;
  readonly #prepared: Preparation | undefined;
  #base: EvaluationContext | undefined;
  #merged: EvaluationContext = {};
  #isEmpty = true;

  constructor(parts: ScopeParts, own: EvaluationContext | undefined, prepared: Preparation | undefined) {
    this.parts = parts;
    this.#own = own;
    this.#prepared = prepared;
  }

  all(context: EvaluationContext | undefined): ReadonlyMap<string, ClientDetails<JsonObject>> {
    const { cell, failed } = this.parts;
    const all = new Map<string, ClientDetails<JsonObject>>();
    const active = cell.current;
    if (!active) return all;
    try {
      const merged = this.#contextFor(context, active);
      for (const [key, details] of this.#evaluateAll(active.flagSet, merged)) all.set(key, this.#exposable(details));
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
      const exposes = isGet && parts.exposes;
      if (!exposes && parts.sticky === undefined) return evaluateValue(active.flagSet, key, defaultValue, merged);
      const details = this.#evaluate(active.flagSet, key, defaultValue, merged);
      if (exposes) this.#expose(details);
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
      const details = this.#evaluate(active.flagSet, key, defaultValue, this.#contextFor(context, active));
      if (isGet && parts.exposes) this.#expose(details);
      return this.#exposable(details);
    } catch (error) {
      parts.failed(error);
      return withoutBundle(key, defaultValue, "INVALID_CONTEXT", "the context cannot be read");
    }
  }

  get #preparation(): Preparation | undefined {
    return this.#prepared ?? this.parts.preparation?.();
  }

  #evaluate<T extends JsonValue>(
    flagSet: FlagSet,
    key: string,
    defaultValue: T,
    context: EvaluationContext,
  ): EvaluationDetails<Widened<T>> {
    if (this.parts.sticky === undefined) return evaluate(flagSet, key, defaultValue, context);
    return evaluatePrepared(flagSet, key, defaultValue, context, this.#preparation);
  }

  #evaluateAll(flagSet: FlagSet, context: EvaluationContext): Iterable<[string, EvaluationDetails<JsonObject>]> {
    if (this.parts.sticky === undefined) return evaluateAll(flagSet, context);
    const nothing: JsonObject = {};
    return Array.from(flagSet.flagKeys, (key) => [key, this.#evaluate<JsonObject>(flagSet, key, nothing, context)]);
  }

  /** Exposes, then stores what the unit was given: an assignment nobody met does not stick. */
  #expose(details: EvaluationDetails): void {
    this.parts.expose(details);
    const writes = details.resolution?.writes ?? [];
    if (writes.length === 0) return;
    const news = this.#preparation?.add(writes) ?? writes;
    if (news.length > 0) this.parts.sticky?.write(news);
  }

  #exposable<T extends JsonValue>(details: EvaluationDetails<T>): ClientDetails<T> {
    // Added to the object that was made for this call: copying it would cost as much as the evaluation.
    return Object.assign(details, { expose: () => this.#expose(details) });
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
