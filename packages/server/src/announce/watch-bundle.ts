/** Announces the bundle versions of an audience and ring to whoever watches. @module */
import { EVERYBODY } from "@aplomb/core";
import type { Clock } from "../clock.js";
import type { Publication } from "../publication.js";

/** How long a stream is silent at most: proxies close streams that look dead. */
export const heartbeatMs = 15_000;

/** A version to fetch, or a heartbeat with version 0. */
export interface Announcement {
  readonly epoch: bigint;
  readonly version: bigint;
}

const heartbeat: Announcement = { epoch: 0n, version: 0n };

/**
 * The current version at once (a heartbeat where nothing is published yet), then each that follows, with heartbeats in between.
 *
 * Whoever reads slowly gets the newest version, not every one. Ends without an error when the signal aborts.
 */
export async function* watchBundle(
  publication: Publication,
  { audience, ring }: { readonly audience: string; readonly ring: number },
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Announcement> {
  // Where a ring has no manifest of its own, everybody's is served.
  const isOurs = (other: number): boolean => other === ring || other === EVERYBODY;
  let wake: () => void = () => undefined;
  const wakeUp = (): void => wake();
  const stopListening = publication.onChange((manifest) => {
    if (manifest.audience === audience && isOurs(manifest.ring)) wakeUp();
  });
  signal.addEventListener("abort", wakeUp);
  try {
    let announced = "";
    while (!signal.aborted) {
      const current = publication.manifest(audience, ring);
      const name = current ? `${current.epoch}.${current.version}` : "";
      yield current && name !== announced
        ? { epoch: BigInt(current.epoch), version: BigInt(current.version) }
        : heartbeat;
      announced = name;
      const latest = publication.manifest(audience, ring);
      if (signal.aborted || (latest && `${latest.epoch}.${latest.version}` !== announced)) continue;
      await new Promise<void>((resolve) => {
        const cancel = clock.setTimer(resolve, heartbeatMs);
        wake = () => {
          cancel();
          resolve();
        };
      });
    }
  } finally {
    stopListening();
    signal.removeEventListener("abort", wakeUp);
  }
}
