/** Wires the parts of a client together; every part has a file and tests of its own. @module */
import type { EvaluationContext } from "@aplomb/core";
import type { ClientOptions } from "./client-options.js";
import { createClientParts } from "./client-parts.js";
import { isConsentState } from "./consent.js";
import { createDelivery } from "./delivery.js";
import type { FlagClient, FlagReader } from "./flag-client.js";
import type { Host } from "./host.js";
import type { LateParts } from "./late-parts.js";
import { startLifecycle } from "./lifecycle.js";
import { Scope } from "./read/scope.js";
import type { ScopeParts } from "./read/scope-reader.js";
import { createRefresher } from "./refresher.js";
import { createStickiness } from "./stickiness.js";
import { outgoingEvent } from "./track-event.js";

/**
 * Makes a client on a host. Restoring and the first load have begun when this returns.
 *
 * @param late - What is not needed for the first reads, so that it may come later.
 * @throws FlagError OPTION, ROOT, MALFORMED or LIMIT for options that cannot work.
 */
export function assembleClient(options: ClientOptions, host: Host, late: LateParts): FlagClient {
  const parts = createClientParts(options, host);
  const { cell, status, emitter, warn, settings } = parts;
  const refresher = createRefresher(parts, late.loadUpdating);
  const pipeline = createDelivery(parts, late.openCourier, () => refresher.candidateVersion);
  let context: EvaluationContext = { ...options.context };
  let version = 0;
  emitter.on("changed", () => version++);
  emitter.emit("started", () => ({ ...pipeline.counters(), ...status.counters() }));
  const sticky = createStickiness(parts, () => context);

  const scopeParts: ScopeParts = {
    cell,
    clock: settings.host.clock,
    baseContext: () => context,
    exposes: options.exposures?.mode !== "manual",
    expose: pipeline.expose,
    sticky: sticky.reads,
    preparation: sticky.own,
    failed: (error) => warn("read", `a read threw: ${String(error)}`),
  };
  const lifecycle = startLifecycle(parts, refresher, pipeline, sticky.settled);
  const members: Omit<FlagClient, keyof FlagReader | typeof Symbol.asyncDispose> = {
    get status() {
      return status.current;
    },
    get context() {
      return context;
    },
    withContext: (own) => new Scope(scopeParts, own),
    async prepare(own, settings = {}) {
      if (!cell.current) await lifecycle.ready(settings);
      return new Scope(scopeParts, own, await sticky.prepare(own, settings));
    },
    setContext(next) {
      context = { ...next };
      emitter.emit("changed", undefined);
      sticky.contextChanged();
    },
    setConsent(state) {
      if (!isConsentState(state)) return warn("consent", `"${String(state)}" is no consent state; it is as before`);
      parts.consent.state = state;
      pipeline.consentChanged();
      sticky.consentChanged();
    },
    track(event, details, own) {
      try {
        pipeline.track(String(event), outgoingEvent(details, { ...context, ...own }, options.sendAttributes));
      } catch (error) {
        warn("track", `an event could not be tracked: ${String(error)}`);
      }
    },
    on: emitter.on,
    subscribe: (listener) => emitter.on("changed", listener),
    getVersion: () => version,
    ...lifecycle,
  };
  const client = Object.defineProperties(new Scope(scopeParts), Object.getOwnPropertyDescriptors(members));
  // Older browsers have no such symbol.
  if (Symbol.asyncDispose) Object.defineProperty(client, Symbol.asyncDispose, { value: () => members.close() });
  return client as Scope & FlagClient;
}
