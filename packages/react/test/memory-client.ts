/** A client for this package's tests: the real evaluator, bundles handed over, exposures kept in a list. @module */
import type { ClientDetails, ClientEvents, ClientStatus, FlagClient, FlagReader } from "@aplomb/client";
import {
  bytesToHex,
  type EvaluationContext,
  type EvaluationDetails,
  evaluate,
  evaluateAll,
  exposureOf,
  type FlagSet,
  type JsonObject,
  type JsonValue,
  openBundle,
  type Widened,
} from "@aplomb/core";
import { createDetachedClient } from "../src/detached-client.js";

/** The client, and what a test does to it and learns from it. */
export interface MemoryClient extends FlagClient {
  /** Activates a bundle and tells subscribers. */
  publish(bundle: Uint8Array): void;
  /** Replaces the status and tells listeners of an event. */
  report(event: keyof ClientEvents, status: Partial<ClientStatus>): void;
  /** Distinct exposures in order, as `flag:variant:rule:unit`. */
  readonly exposures: readonly string[];
  /** What happened so far. */
  readonly counts: { evaluations: number; exposes: number; listeners: number };
}

/** A client that serves `bundle`, or nothing yet. */
export function createMemoryClient(bundle?: Uint8Array): MemoryClient {
  const detached = createDetachedClient();
  const exposures = new Map<string, string>();
  const counts = { evaluations: 0, exposes: 0, listeners: 0 };
  const changes = createListeners(counts);
  const events = createListeners(counts);
  let version = 0;
  let flagSet: FlagSet | undefined;
  let context: EvaluationContext = { targetingKey: "ada" };
  let status: ClientStatus = detached.status;

  const changed = () => {
    version += 1;
    changes.tell("any");
  };
  const publish = (next: Uint8Array) => {
    const named = { bundleVersion: version + 1, bundleId: `${version + 1}`.padStart(64, "0") };
    flagSet = openBundle(next, named);
    status = { ...status, ...named, state: "READY" };
    changed();
  };
  const expose = (details: EvaluationDetails) => {
    counts.exposes += 1;
    const exposure = exposureOf(details, { audience: "test", atMs: 0 });
    if (exposure === undefined) return;
    const { flag, variant, rule, unit, exposureId } = exposure;
    exposures.set(bytesToHex(exposureId), [flag, variant, rule, unit].join(":"));
  };
  function peekDetails<T extends JsonValue>(
    key: string,
    defaultValue: T,
    own?: EvaluationContext,
  ): ClientDetails<Widened<T>> {
    if (flagSet === undefined) return detached.peekDetails(key, defaultValue);
    counts.evaluations += 1;
    return exposable(evaluate(flagSet, key, defaultValue, { ...context, ...own }));
  }

  const exposable = <T extends JsonValue>(details: EvaluationDetails<T>): ClientDetails<T> => ({
    ...details,
    expose: () => expose(details),
  });
  const readerOf = (own: EvaluationContext | undefined): FlagReader => ({
    ...detached.withContext({}),
    peekDetails: (key, defaultValue) => peekDetails(key, defaultValue, own),
    evaluateAll: () =>
      new Map(Array.from(evaluatedBy(flagSet, { ...context, ...own }), ([key, it]) => [key, exposable(it)])),
  });

  if (bundle !== undefined) publish(bundle);
  return {
    ...detached,
    ...{ peekDetails, publish, counts, getVersion: () => version },
    withContext: readerOf,
    prepare: async (own) => readerOf(own),
    subscribe: (listener) => changes.add("any", listener),
    on: (event, listener) => events.add(event, listener as () => void),
    get exposures() {
      return [...exposures.values()];
    },
    get context() {
      return context;
    },
    get status() {
      return status;
    },
    setContext(next) {
      context = next;
      changed();
    },
    report(event, next) {
      status = { ...status, ...next };
      events.tell(event);
    },
  };
}

/** Every flag that there is, evaluated. */
function evaluatedBy(
  flagSet: FlagSet | undefined,
  context: EvaluationContext,
): Map<string, EvaluationDetails<JsonObject>> {
  return flagSet ? evaluateAll(flagSet, context) : new Map();
}

/** Listeners by name, counted as long as they listen. */
function createListeners(counts: { listeners: number }) {
  const listeners = new Set<{ readonly name: string; readonly call: () => void }>();
  return {
    add(name: string, call: () => void): () => void {
      const own = { name, call };
      listeners.add(own);
      counts.listeners += 1;
      return () => {
        if (listeners.delete(own)) counts.listeners -= 1;
      };
    },
    tell(name: string): void {
      for (const own of [...listeners]) if (own.name === name) own.call();
    },
  };
}
