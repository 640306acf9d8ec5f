/** Reads a flag in render, and after the commit exposes what was read. @module */
import type { ClientDetails, FlagClient } from "@aplomb/client";
import type { JsonValue } from "@aplomb/core";
import { useContext, useEffect, useMemo, useRef } from "react";
import { FlagScopeContext } from "./flag-scope.js";
import { createReading, type Reading, type Shown } from "./reading.js";
import { useStable } from "./use-stable.js";

/** How a hook treats exposures. */
export interface FlagOptions {
  /**
   * `"auto"`, the default: what a component shows is exposed after it is committed. `"manual"`: nothing is exposed until
   * `expose()` is called on the details of `useFlagDetails`.
   */
  readonly expose?: "auto" | "manual" | undefined;
}

/** A reading, the client behind it, and what the component showed last. */
export interface ComponentReading {
  readonly client: FlagClient;
  readonly reading: Reading;
  readonly shown: { current: Shown | undefined };
}

/** The reading of a flag for this component; a new one when key, default, client or context changed. */
export function useReading(key: string, defaultValue: JsonValue): ComponentReading {
  const scope = useContext(FlagScopeContext);
  const stableDefault = useStable(defaultValue);
  const shown = useRef<Shown | undefined>(undefined);
  const reading = useMemo(() => createReading(scope, key, stableDefault, shown), [scope, key, stableDefault]);
  return { client: scope.client, reading, shown };
}

/**
 * Notes what this render shows once it is committed, and exposes it.
 *
 * While the component stays mounted, an outcome that changes without changing the value is exposed as well: there is no
 * render to do it, and the subject goes on seeing what is now another variant.
 */
export function useShown(
  { client, reading, shown }: ComponentReading,
  details: ClientDetails,
  options: FlagOptions | undefined,
): void {
  const isAuto = options?.expose !== "manual";
  useEffect(() => {
    shown.current = { client, details };
    if (!isAuto) return;
    const exposeSameValue = () => {
      const latest = reading.details();
      if (Object.is(latest.value, details.value)) latest.expose();
    };
    details.expose();
    exposeSameValue();
    return client.subscribe(exposeSameValue);
  }, [client, reading, shown, details, isAuto]);
}
