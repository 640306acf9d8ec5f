/** What hooks find above them: a client, and a context to read it with. @module */
import type { FlagClient } from "@aplomb/client";
import type { EvaluationContext } from "@aplomb/core";
import { type Context, createContext } from "react";
import { createDetachedClient } from "./detached-client.js";

/** A client as seen from one place of the tree. */
export interface FlagScope {
  readonly client: FlagClient;
  /** Added to the client's context in every read below; undefined for nothing. The same object while its content is. */
  readonly context: EvaluationContext | undefined;
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

/** The scope of the nearest `FlagProvider`; outside of one, a client that answers with defaults. */
export const FlagScopeContext: Context<FlagScope> = /* @__PURE__ */ createContext<FlagScope>({
  client: /* @__PURE__ */ createDetachedClient(isDevelopment() ? (message) => console.warn(message) : undefined),
  context: undefined,
});
