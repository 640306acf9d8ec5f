/** Shows what a server showed until the client can take over. @module */
import type { FlagClient } from "@aplomb/client";
import type { EvaluationContext } from "@aplomb/core";
import { createElement, type ReactElement, type ReactNode, startTransition, useEffect, useMemo, useState } from "react";
import { createDetachedClient } from "../detached-client.js";
import { FlagProvider } from "../flag-provider.js";
import type { FlagSnapshot } from "../flag-snapshot.js";
import { useStable } from "../use-stable.js";
import { createHeldExposures } from "./held-exposures.js";
import { createSnapshotClient } from "./snapshot-client.js";

/** The properties of {@link HydratedFlagProvider}. */
export interface HydratedFlagProviderProps {
  /** From `createSnapshot`, the same on the server and in the page. What comes after the first render is not looked at. */
  readonly snapshot: FlagSnapshot;
  /** Takes over when it has flags. Absent on a server, and in pages that have enough with the snapshot. */
  readonly client?: FlagClient | undefined;
  /** For the client; the snapshot was resolved in its own context. */
  readonly context?: EvaluationContext | undefined;
  readonly children?: ReactNode;
}

/**
 * A `FlagProvider` whose first renders read from a snapshot, so that hydration finds what the server rendered.
 *
 * The client takes over in a transition. What was met meanwhile is exposed then, once, by the client.
 *
 * @example <HydratedFlagProvider snapshot={snapshot} client={flags} context={context}><Shop /></HydratedFlagProvider>
 */
export function HydratedFlagProvider(props: HydratedFlagProviderProps): ReactElement {
  const { client, children } = props;
  const context = useStable(props.context);
  const [snapshot] = useState(props.snapshot);
  const [held] = useState(createHeldExposures);
  const [live, setLive] = useState<FlagClient>();
  const frozen = useMemo(
    () => createSnapshotClient(snapshot, client ?? createDetachedClient(), held.hold),
    [snapshot, client, held],
  );
  useEffect(() => client && whenServing(client, () => startTransition(() => setLive(client))), [client]);
  useEffect(() => live && held.release(live.withContext(context ?? {})), [live, context, held]);
  return createElement(FlagProvider, { client: live ? (client ?? live) : frozen, context, children });
}

/** Calls back once, as soon as a client has flags. The returned function ends that. */
function whenServing(client: FlagClient, serving: () => void): () => void {
  const ends: (() => void)[] = [];
  const end = () => {
    for (const each of ends.splice(0)) each();
  };
  const look = () => {
    if (client.status.state !== "READY" && client.status.state !== "STALE") return;
    end();
    serving();
  };
  ends.push(client.on("ready", look), client.on("stale", look), client.subscribe(look));
  look();
  return end;
}
