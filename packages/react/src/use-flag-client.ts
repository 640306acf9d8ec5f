/** The client of the nearest provider. @module */
import type { FlagClient } from "@aplomb/client";
import { useContext } from "react";
import { FlagScopeContext } from "./flag-scope.js";

/**
 * The client of the nearest provider, for what is not a read: `track`, `flush`, `setContext`.
 *
 * It does not know the provider's `context`. Outside a provider: a client that answers with defaults and sends nothing.
 */
export function useFlagClient(): FlagClient {
  return useContext(FlagScopeContext).client;
}
