/** Tracks events of whoever the nearest provider's context describes. @module */
import type { TrackDetails } from "@aplomb/client";
import { useCallback, useContext } from "react";
import { FlagScopeContext } from "./flag-scope.js";

/**
 * A function that tracks events with the client and in the context of the nearest provider. For event handlers and effects,
 * not for renders. The same function until one of the two changes.
 *
 * @example
 * const track = useTrack();
 * return <button onClick={() => track("checkout.paid", { value: 12.5 })}>Pay</button>;
 */
export function useTrack(): (event: string, details?: TrackDetails) => void {
  const { client, context } = useContext(FlagScopeContext);
  return useCallback((event, details) => client.track(event, details, context), [client, context]);
}
