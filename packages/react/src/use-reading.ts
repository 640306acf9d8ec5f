/** Reads a flag in render, and after the commit exposes what was read. @module */
import type { ClientDetails } from "@aplomb/client";
import type { JsonValue } from "@aplomb/core";
import { useContext, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
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

/**
 * What a component shows of a flag: its value, or its details. Renders again when that differs.
 *
 * @returns The same object until then.
 */
export function useReading<K extends "value" | "details">(
  show: K,
  key: string,
  defaultValue: JsonValue,
  options: FlagOptions | undefined,
): ReturnType<Reading[K]> {
  const scope = useContext(FlagScopeContext);
  const stableDefault = useStable(defaultValue);
  const shown = useRef<Shown | undefined>(undefined);
  const reading = useMemo(() => createReading(scope, key, stableDefault, shown), [scope, key, stableDefault]);
  const read: () => JsonValue | ClientDetails = reading[show];
  const answer = useSyncExternalStore(reading.client.subscribe, read, read);
  useShown(reading, reading.details(), options?.expose === "manual");
  return answer as ReturnType<Reading[K]>;
}

/**
 * Notes what this render shows once it is committed, and exposes it.
 *
 * While the component stays mounted, an outcome that changes without changing the value is exposed as well: there is no
 * render to do it, and the subject goes on seeing what is now another variant.
 */
function useShown(reading: Reading, details: ClientDetails, isManual: boolean): void {
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
