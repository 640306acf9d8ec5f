/** The client object: what an application holds and reads flags from. @module */

import type { EvaluationContext, EvaluationDetails, FlagErrorCode, JsonObject, JsonValue, Widened } from "@aplomb/core";
import type { ConsentState } from "./consent.js";

/** Whether flags are served, and from how fresh a bundle. */
export type ClientState = "NOT_READY" | "READY" | "STALE" | "ERROR" | "CLOSED";

/** Where the active bundle came from. */
export type BundleSource = "none" | "network" | "store" | "bootstrap";

/** How the client is doing: a snapshot, replaced as a whole when something changes. */
export interface ClientStatus {
  readonly state: ClientState;
  readonly source: BundleSource;
  /** The active bundle's version; 0 for none. */
  readonly bundleVersion: number;
  /** Lower-case hex SHA-256 of the active bundle; empty for none. */
  readonly bundleId: string;
  /** When the active manifest was last confirmed, in milliseconds since 1970 UTC; 0 for never. */
  readonly confirmedAtMs: number;
  /** Why the last refresh failed; absent after a success. */
  readonly error?: { readonly code: FlagErrorCode; readonly message: string; readonly atMs: number };
}

/** Details, and the means to say that the subject really met them. */
export interface ClientDetails<T extends JsonValue = JsonValue> extends EvaluationDetails<T> {
  /** Queues the exposure; once in a window, however often it is called. */
  expose(): void;
}

/** How many exposures and events a flush or close got through. */
export interface DeliveryCounts {
  /** Acknowledged by the endpoint during the call. */
  readonly delivered: number;
  /** Still waiting here; after `close`, kept for a later run. */
  readonly pending: number;
  /** Given up since the client was made. */
  readonly dropped: number;
}

/** What listeners are told. */
export interface ClientEvents {
  ready: ClientStatus;
  configurationChanged: { readonly flagsChanged: readonly string[]; readonly bundleVersion: number };
  stale: ClientStatus;
  error: ClientStatus;
}

/** Details of an event an application tracks. */
export interface TrackDetails {
  /** A number to aggregate. */
  readonly value?: number;
  /** Sent as far as they are allow-listed by `sendAttributes`. */
  readonly properties?: JsonObject;
}

/**
 * Reads of flags. Synchronous and total: never throws, never waits, never returns undefined.
 *
 * A key is `flag` or `flag.path.to.field`. `get…` also queues the exposure (unless exposures are manual); `peek…` never does.
 */
export interface FlagReader {
  getBooleanValue(key: string, defaultValue: boolean, context?: EvaluationContext): boolean;
  getStringValue(key: string, defaultValue: string, context?: EvaluationContext): string;
  getNumberValue(key: string, defaultValue: number, context?: EvaluationContext): number;
  getObjectValue<T extends JsonValue>(key: string, defaultValue: T, context?: EvaluationContext): Widened<T>;
  getBooleanDetails(key: string, defaultValue: boolean, context?: EvaluationContext): ClientDetails<boolean>;
  getStringDetails(key: string, defaultValue: string, context?: EvaluationContext): ClientDetails<string>;
  getNumberDetails(key: string, defaultValue: number, context?: EvaluationContext): ClientDetails<number>;
  getObjectDetails<T extends JsonValue>(
    key: string,
    defaultValue: T,
    context?: EvaluationContext,
  ): ClientDetails<Widened<T>>;
  /** The value without an exposure; for any type. */
  peekValue<T extends JsonValue>(key: string, defaultValue: T, context?: EvaluationContext): Widened<T>;
  /** Details without an exposure; call `expose()` on them when the subject really meets the flag. */
  peekDetails<T extends JsonValue>(
    key: string,
    defaultValue: T,
    context?: EvaluationContext,
  ): ClientDetails<Widened<T>>;
  /** Every flag of the bundle, without exposures. Keys are flag keys; an unmatched flag's value is `{}`. */
  evaluateAll(context?: EvaluationContext): ReadonlyMap<string, ClientDetails<JsonObject>>;
}

/** How a scope is prepared. */
export interface PrepareOptions {
  /** How long the store, and the endpoint, may take. Default 5,000 ms. */
  readonly timeoutMs?: number;
  /** The flags that will be read. Default every flag: name them where a request must be cheap. */
  readonly flags?: readonly string[];
}

/** What an application holds: made by `createFlagClient` of `@aplomb/node` or `@aplomb/browser`, ended by `close`. */
export interface FlagClient extends FlagReader {
  /** How the client is doing. The same object until something changes. */
  readonly status: ClientStatus;
  /** The context that every read starts from. */
  readonly context: EvaluationContext;
  /** Settles when a bundle is active or the time is up, whichever is first. Never rejects. Default 5,000 ms. */
  ready(options?: { readonly timeoutMs?: number }): Promise<ClientStatus>;
  /** Reads with some attributes added: cheap enough for every request. */
  withContext(context: EvaluationContext): FlagReader;
  /**
   * The same for sticky and remote flags: looks up, in the `stickyStore`, what the context's units were given before, and asks
   * the endpoint for flags that the bundle only names. Of the context, the targeting key and `sendAttributes` leave.
   *
   * Never rejects: without a bundle, or when store or endpoint fail or take too long, such flags answer their defaults with
   * PROVIDER_NOT_READY. Remote flags answer only in the context that they were prepared for. Pages need it for contexts of single calls only: for the client's own the client does it by itself.
   */
  prepare(context?: EvaluationContext, options?: PrepareOptions): Promise<FlagReader>;
  /** Replaces the context that every read starts from, and tells subscribers. */
  setContext(context: EvaluationContext): void;
  /** Says whether exposures and events may be kept and sent. What is denied is deleted here; what was sent before is not. */
  setConsent(state: ConsentState): void;
  /** Records that something happened; sent with the exposures. */
  track(event: string, details?: TrackDetails, context?: EvaluationContext): void;
  /** Calls back on an event. The returned function ends that. */
  on<E extends keyof ClientEvents>(event: E, listener: (payload: ClientEvents[E]) => void): () => void;
  /** Calls back whenever a read may answer differently: a new bundle or a new context. Stable; for UI bindings. */
  subscribe(listener: () => void): () => void;
  /** Rises whenever a read may answer differently. Stable; for UI bindings. */
  getVersion(): number;
  /** Sends what is queued. Never rejects. Default 5,000 ms. */
  flush(options?: { readonly timeoutMs?: number }): Promise<DeliveryCounts>;
  /** Flushes, then ends everything; reads go on answering from the last bundle. Idempotent. Default 5,000 ms. */
  close(options?: { readonly timeoutMs?: number }): Promise<DeliveryCounts>;
  /** The same as `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
