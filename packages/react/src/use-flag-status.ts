/** How the client of the nearest provider is doing. @module */
import type { ClientEvents, ClientStatus, FlagClient } from "@aplomb/client";
import { useMemo, useSyncExternalStore } from "react";
import { useFlagClient } from "./use-flag-client.js";

const statusEvents: readonly (keyof ClientEvents)[] = ["ready", "configurationChanged", "stale", "error"];

/**
 * How the client of the nearest provider is doing: ready, stale, which bundle, and why the last refresh failed.
 *
 * Re-renders when the client becomes ready, stale or faulty, and when a new bundle is active.
 *
 * @example const { state, bundleVersion } = useFlagStatus();
 */
export function useFlagStatus(): ClientStatus {
  const client = useFlagClient();
  const { subscribe, read } = useMemo(() => statusOf(client), [client]);
  return useSyncExternalStore(subscribe, read, read);
}

function statusOf(client: FlagClient) {
  return {
    read: (): ClientStatus => client.status,
    subscribe: (listener: () => void) => {
      const ends = statusEvents.map((event) => client.on(event, listener));
      return () => {
        for (const end of ends) end();
      };
    },
  };
}
