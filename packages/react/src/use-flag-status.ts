/** How the client of the nearest provider is doing. @module */
import type { ClientStatus } from "@aplomb/client";
import { useCallback, useSyncExternalStore } from "react";
import { useFlagClient } from "./use-flag-client.js";

/**
 * How the client of the nearest provider is doing: ready, stale, which bundle, and why the last refresh failed.
 *
 * Re-renders when the client becomes ready, stale or faulty, and when a new bundle is active.
 *
 * @example const { state, bundleVersion } = useFlagStatus();
 */
export function useFlagStatus(): ClientStatus {
  const client = useFlagClient();
  const subscribe = useCallback(
    (listener: () => void) => {
      const events = ["ready", "configurationChanged", "stale", "error"] as const;
      const ends = events.map((event) => client.on(event, listener));
      return () => {
        for (const end of ends) end();
      };
    },
    [client],
  );
  const read = () => client.status;
  return useSyncExternalStore(subscribe, read, read);
}
