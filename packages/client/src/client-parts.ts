/** What the parts of one client share. @module */
import { EVERYBODY } from "@aplomb/core/reading";
import type { BundleCell } from "./active-bundle.js";
import type { AllEvents } from "./client-events.js";
import type { ClientOptions } from "./client-options.js";
import { type ClientSettings, readOptions } from "./client-options.js";
import type { Consent } from "./consent.js";
import { createEmitter, type Emitter } from "./emitter.js";
import type { EndpointAccess, Host } from "./host.js";
import { createWarn, type Warn } from "./log.js";
import { createStatusTracker, type StatusTracker } from "./status.js";

/** What the parts of one client share. */
export interface ClientParts {
  readonly settings: ClientSettings;
  readonly access: EndpointAccess;
  readonly cell: BundleCell;
  readonly status: StatusTracker;
  readonly emitter: Emitter<AllEvents>;
  readonly warn: Warn;
  readonly consent: Consent;
}

/**
 * Makes the shared parts.
 *
 * @throws FlagError as `readOptions` does.
 */
export function createClientParts(options: ClientOptions, host: Host): ClientParts {
  const settings = readOptions(options, host);
  const { endpoint, audience } = settings;
  const { clock, logger } = settings.host;
  const warn = createWarn(logger, clock);
  const emitter = createEmitter<AllEvents>((error) => warn("listener", `a listener threw: ${String(error)}`));
  const { onStart, onDelivery, onSecurityEvent } = options.hooks ?? {};
  if (onStart) emitter.on("started", onStart.bind(options.hooks));
  if (onDelivery) emitter.on("delivery", onDelivery.bind(options.hooks));
  if (onSecurityEvent) emitter.on("security", onSecurityEvent.bind(options.hooks));
  const cell: BundleCell = { current: undefined };
  return {
    settings,
    access: {
      ...{ endpoint, audience, clientKey: options.clientKey },
      ...(options.refresh?.rings && { ring: { current: EVERYBODY } }),
    },
    cell,
    status: createStatusTracker(cell, clock, emitter),
    emitter,
    warn,
    consent: { state: options.consent ?? "granted" },
  };
}
