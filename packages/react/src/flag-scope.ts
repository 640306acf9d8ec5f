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

/** The scope of the nearest `FlagProvider`; outside of one, a client that answers with defaults. */
export const FlagScopeContext: Context<FlagScope> = /* @__PURE__ */ createContext<FlagScope>({
  client: /* @__PURE__ */ createDetachedClient(),
  context: undefined,
});
