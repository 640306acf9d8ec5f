/** Gives the components below it a client to read flags from. @module */
import type { FlagClient } from "@aplomb/client";
import type { EvaluationContext } from "@aplomb/core";
import { createElement, type ReactElement, type ReactNode, useMemo } from "react";
import { FlagScopeContext } from "./flag-scope.js";
import { useStable } from "./use-stable.js";

/** The properties of {@link FlagProvider}. */
export interface FlagProviderProps {
  /** Made once, outside of components, by `createFlagClient`. The provider neither starts nor closes it. */
  readonly client: FlagClient;
  /** Added to the client's own context for every read below. May be a new object in every render: only its content counts. */
  readonly context?: EvaluationContext | undefined;
  readonly children?: ReactNode;
}

/**
 * Gives the components below it a client to read flags from.
 *
 * A new context is right in the same render, and re-renders only what reads a flag. Providers may be nested; the nearest counts.
 *
 * @example <FlagProvider client={flags} context={{ targetingKey: account.id, plan: account.plan }}><Shop /></FlagProvider>
 */
export function FlagProvider({ client, context, children }: FlagProviderProps): ReactElement {
  const stableContext = useStable(context);
  const scope = useMemo(() => ({ client, context: stableContext }), [client, stableContext]);
  return createElement(FlagScopeContext.Provider, { value: scope }, children);
}
