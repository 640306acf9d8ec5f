/** The value of a flag, waited for. @module */
import type { FlagClient } from "@aplomb/client";
import type { JsonValue, Widened } from "@aplomb/core";
import { useContext } from "react";
import { FlagScopeContext } from "./flag-scope.js";
import { useFlag } from "./use-flag.js";
import type { FlagOptions } from "./use-reading.js";

/** How long clients were waited for; null once that is over, however it ended. */
const waits = /* @__PURE__ */ new WeakMap<FlagClient, Promise<unknown> | null>();

/**
 * As {@link useFlag}, but suspends until the client has flags: for 5 s at most, and once for each client. What cannot be
 * answered then is the default, and what comes later is shown when it comes.
 *
 * Needs a `Suspense` above it. Exposes when it is shown, not while it waits.
 *
 * @example const layout = useSuspenseFlag("checkout.layout", "steps");
 */
export function useSuspenseFlag<T extends JsonValue>(key: string, defaultValue: T, options?: FlagOptions): Widened<T> {
  const { client } = useContext(FlagScopeContext);
  const wait = client.status.state === "NOT_READY" ? waitFor(client) : null;
  if (wait) throw wait;
  return useFlag(key, defaultValue, options);
}

/** The same promise for every component and every attempt to render, until it has settled. */
function waitFor(client: FlagClient): Promise<unknown> | null {
  const known = waits.get(client);
  if (known !== undefined) return known;
  const wait = client.ready().then(() => waits.set(client, null));
  waits.set(client, wait);
  return wait;
}
