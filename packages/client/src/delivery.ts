/** The exposure pipeline of one client, with its sink and its seal. @module */
import { bundleReport } from "./bundle-report.js";
import type { ClientParts } from "./client-parts.js";
import { createExposurePipeline, type ExposurePipeline } from "./expose/exposure-pipeline.js";
import { createSeal } from "./expose/seal-batch.js";
import { httpSink } from "./http/http-sink.js";

/**
 * Makes the pipeline.
 *
 * @param candidateVersion - The version that the last refresh was about, for the report that every batch carries.
 */
export function createDelivery(parts: ClientParts, candidateVersion: () => number): ExposurePipeline {
  const { settings, access, cell, status, emitter } = parts;
  const { host, options, audience } = settings;
  const { clock, random, randomBytes, sdk } = host;
  const sink = options.sink ?? httpSink(host, access);
  const instanceId = randomBytes(16);
  const bundleStatus = () => bundleReport(cell, status.current, candidateVersion(), clock.nowMs());
  const sealParts = { sdk, audience, instanceId, randomBytes, clock, bundleStatus };
  const openOutbox = options.exposures?.outbox ?? host.openOutbox;
  const outboxParts = { ...sealParts, limits: host.delivery, name: `${settings.trustDomain}/${audience}` };
  return createExposurePipeline({
    sink: host.wrapSink?.(sink) ?? sink,
    createSeal: (ledger) => createSeal({ ...sealParts, ledger }),
    openOutbox: openOutbox && ((ledger) => openOutbox({ ...outboxParts, ledger })),
    waitUntil: options.exposures?.waitUntil,
    clock,
    random,
    randomBytes,
    limits: host.delivery,
    consent: parts.consent,
    settled: (counters) => emitter.emit("delivery", counters()),
  });
}
