/** Announces the bundle versions of an audience to whoever watches. @module */
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
  audience: string,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Announcement> {
  let wake: () => void = () => undefined;
  const ring = (): void => wake();
  const stopListening = publication.onChange((manifest) => {
    if (manifest.audience === audience) ring();
  });
  signal.addEventListener("abort", ring);
  try {
    let announced = "";
    while (!signal.aborted) {
      const current = publication.manifest(audience);
      const name = current ? `${current.epoch}.${current.version}` : "";
      yield current && name !== announced
        ? { epoch: BigInt(current.epoch), version: BigInt(current.version) }
        : heartbeat;
      announced = name;
      const latest = publication.manifest(audience);
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
    signal.removeEventListener("abort", ring);
  }
}
