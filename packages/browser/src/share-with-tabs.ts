/** Shares polls, stream and sending with the other visible tabs of this origin; the means to do so are loaded late. @module */
import type { ClientOptions, ExposureSink, Host, RefreshSource } from "@aplomb/client";
import type { SharedWork } from "./tabs/share-work.js";

/**
 * A host whose clients work together with those of other tabs that have the same endpoint, audience and key.
 *
 * Only visible tabs take part: hidden ones rest, are frozen, or wait to be restored, and none of that may keep others waiting.
 * Where a browser has no locks or no channels, each tab works alone, as it does until the means are loaded.
 */
export function shareWithTabs(host: Host, options: ClientOptions): Host {
  const isAlone = options.source ?? options.sink ?? options.fallbackEndpoint;
  if (isAlone !== undefined || !globalThis.navigator?.locks || !globalThis.BroadcastChannel) return host;
  const { endpoint, clientKey, trust, refresh } = options;
  const clock = options.clock ?? host.clock;
  let source: RefreshSource | undefined;
  let sink: ExposureSink | undefined;
  let shared: SharedWork | undefined;
  let isVisible = false;

  async function join(): Promise<void> {
    isVisible = true;
    const { shareWork } = await import("./tabs/share-work.js");
    // Without a sink yet, what sends comes later, and calls again.
    if (!isVisible || shared || !source || !sink) return;
    const name = JSON.stringify(["aplomb/1", endpoint, trust.audience, clientKey, refresh?.rings === true]);
    const pollIntervalMs = refresh?.pollIntervalMs ?? host.pollIntervalMs;
    shared = shareWork({ name, tab: crypto.randomUUID(), clock, pollIntervalMs, source, sink });
  }

  /** A tab that cannot load the means goes on alone. */
  function meet(): void {
    join().catch(() => {});
  }

  function leave(): void {
    isVisible = false;
    shared?.leave();
    shared = undefined;
  }

  return {
    ...host,
    wrapSource(direct) {
      source = direct;
      return {
        ...direct,
        fetchManifest: (...request) => (shared?.source ?? direct).fetchManifest(...request),
        fetchBundle: (...request) => (shared?.source ?? direct).fetchBundle(...request),
      };
    },
    wrapSink(given) {
      const direct = host.wrapSink?.(given) ?? given;
      sink = direct;
      if (isVisible) meet();
      return { publish: (...request) => (shared?.sink ?? direct).publish(...request) };
    },
    async openWatch(access, fetch) {
      const stream = await host.openWatch(access, fetch);
      return (announced, signal) => {
        const heard: typeof announced = (announcement) => {
          shared?.announced();
          announced(announcement);
        };
        return (shared ? shared.watch(stream) : stream)(heard, signal);
      };
    },
    attach(controls) {
      meet();
      const detach = host.attach?.({
        ...controls,
        pause() {
          leave();
          controls.pause();
        },
        resume() {
          meet();
          controls.resume();
        },
      });
      return () => {
        detach?.();
        leave();
      };
    },
  };
}
