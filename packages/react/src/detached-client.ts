/** The client that hooks read outside a provider: every answer is the caller's default. @module */
import type { ClientDetails, ClientStatus, DeliveryCounts, FlagClient, FlagReader } from "@aplomb/client";
import type { JsonObject, JsonValue } from "@aplomb/core";

const message = "No FlagProvider: flags give defaults.";

const status: ClientStatus = { state: "NOT_READY", source: "none", bundleVersion: 0, bundleId: "", confirmedAtMs: 0 };
const counts: DeliveryCounts = { delivered: 0, pending: 0, dropped: 0 };

function answer<T>(_key: string, defaultValue: unknown): T {
  return defaultValue as T;
}

function answerDetails<T extends JsonValue>(flagKey: string, value: unknown): ClientDetails<T> {
  return {
    flagKey,
    value: value as T,
    reason: "ERROR",
    errorCode: "PROVIDER_NOT_READY",
    errorMessage: message,
    flagMetadata: {},
    expose() {},
  };
}

const reader: FlagReader = {
  getBooleanValue: answer,
  getStringValue: answer,
  getNumberValue: answer,
  getObjectValue: answer,
  getBooleanDetails: answerDetails,
  getStringDetails: answerDetails,
  getNumberDetails: answerDetails,
  getObjectDetails: answerDetails,
  peekValue: answer,
  peekDetails: answerDetails,
  evaluateAll: () => new Map<string, ClientDetails<JsonObject>>(),
};

/**
 * A client without an endpoint.
 *
 * In development it warns once, the first time something subscribes to it: that is after a commit, so a render stays free
 * of side effects.
 */
export function createDetachedClient(): FlagClient {
  let hasWarned = false;
  const subscribe = () => {
    if (!hasWarned && isDevelopment()) console.warn(message);
    hasWarned = true;
    return () => {};
  };
  return {
    ...reader,
    status,
    context: {},
    withContext: () => reader,
    ready: async () => status,
    prepare: async () => reader,
    setContext() {},
    setConsent() {},
    track() {},
    on: subscribe,
    subscribe,
    getVersion: () => 0,
    flush: async () => counts,
    close: async () => counts,
    async [Symbol.asyncDispose]() {},
  };
}

declare const process: { readonly env: { readonly NODE_ENV?: string } };

/** Bundlers put a constant in place of `process.env.NODE_ENV`; a page without a bundler has no `process` at all. */
function isDevelopment(): boolean {
  try {
    return process.env.NODE_ENV !== "production";
  } catch {
    return false;
  }
}
