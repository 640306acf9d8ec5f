/** Follows the page: sends what is queued when it is hidden or left, rests while it is hidden, catches up after. @module */
import type { ClientControls } from "@aplomb/client";

/**
 * Connects a client to the page's events. Returns the way to disconnect it.
 *
 * Neither `unload` nor `beforeunload`: they would keep the page out of the back/forward cache.
 */
export function attachToPage({ pause, resume, flushNow }: ClientControls): () => void {
  const onHide = (): void => {
    flushNow();
    pause();
  };
  const onChange = (): void => (document.visibilityState === "hidden" ? onHide() : resume());
  const removers = [
    listen(document, "visibilitychange", onChange),
    listen(window, "pagehide", onHide),
    listen(window, "pageshow", onChange),
  ];
  if (document.visibilityState === "hidden") pause();
  return () => {
    for (const remove of removers) remove();
  };
}

function listen(target: EventTarget, type: string, listener: () => void): () => void {
  target.addEventListener(type, listener);
  return () => target.removeEventListener(type, listener);
}
