/** Lets an endpoint see what other commands publish into its directory: promotions and halts above all. @module */
import type { Clock, ReloadReport } from "@aplomb/server";

/** Between two looks, in milliseconds: a halt should not wait longer than clients do. */
const LOOK_MS = 2_000;

/**
 * Looks again and again; manifests are small, and one that has not changed costs one read.
 *
 * @param onReload - Told of each look that found something new. Problems are told once, when they are news to the publisher.
 * @returns What ends it; resolves when the last look is over.
 */
export function followPublication(
  reload: () => Promise<ReloadReport>,
  clock: Clock,
  onReload: (report: ReloadReport) => void,
): () => Promise<void> {
  let looking: Promise<void> = Promise.resolve();
  let isClosed = false;
  let cancel = clock.setTimer(look, LOOK_MS);

  function look(): void {
    looking = reload()
      .then((report) => {
        if (report.changed.length > 0) onReload(report);
      })
      // A directory that cannot be read now may be there at the next look; what is served stays.
      .catch(() => undefined)
      .finally(() => {
        if (!isClosed) cancel = clock.setTimer(look, LOOK_MS);
      });
  }

  return async () => {
    isClosed = true;
    cancel();
    await looking;
  };
}
