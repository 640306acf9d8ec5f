/** Reads a flag in render, and after the commit exposes what was read. @module */
import type { ClientDetails } from "@aplomb/client";
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

/** The reading of a flag for this component; a new one when key, default, client or context changed. */
export function useReading(key: string, defaultValue: JsonValue): Reading {
  const scope = useContext(FlagScopeContext);
  const stableDefault = useStable(defaultValue);
  const shown = useRef<Shown | undefined>(undefined);
  return useMemo(() => createReading(scope, key, stableDefault, shown), [scope, key, stableDefault]);
}

/**
 * Notes what this render shows once it is committed, and exposes it.
 *
 * While the component stays mounted, an outcome that changes without changing the value is exposed as well: there is no
 * render to do it, and the subject goes on seeing what is now another variant.
 */
export function useShown(reading: Reading, details: ClientDetails, options: FlagOptions | undefined): void {
  const isManual = options?.expose === "manual";
  useEffect(() => {
    const { client, shown } = reading;
    shown.current = { client, details };
    if (isManual) return;
    const exposeSameValue = () => {
      const latest = reading.details();
      if (latest.value === details.value) latest.expose();
    };
    details.expose();
    exposeSameValue();
    return client.subscribe(exposeSameValue);
  }, [reading, details, isManual]);
}
