/** A provider for tests and stories. @module */
import { createElement, type ReactElement, type ReactNode, useMemo } from "react";
import { FlagProvider } from "../flag-provider.js";
import { useStable } from "../use-stable.js";
import type { ForcedFlags } from "./forced-flags.js";
import { createTestFlags, type TestFlags } from "./test-flags.js";

/** The properties of {@link FlagTestProvider}. */
export interface FlagTestProviderProps {
  /** What flags answer; or, to ask for exposures afterwards, what `createTestFlags` made. */
  readonly flags?: ForcedFlags | TestFlags | undefined;
  readonly children?: ReactNode;
}

/**
 * Gives the components below it forced flags. Without network and without timers; what is not forced is the reader's default.
 *
 * @example render(<FlagTestProvider flags={{ "checkout.layout": "one-page" }}><Checkout /></FlagTestProvider>);
 */
export function FlagTestProvider({ flags, children }: FlagTestProviderProps): ReactElement {
  const forced = useStable(isTestFlags(flags) ? undefined : flags);
  const own = useMemo(() => createTestFlags(forced), [forced]);
  return createElement(FlagProvider, { client: isTestFlags(flags) ? flags : own }, children);
}

function isTestFlags(flags: ForcedFlags | TestFlags | undefined): flags is TestFlags {
  return typeof flags?.getExposures === "function";
}
