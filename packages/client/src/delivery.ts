/** The exposure pipeline of one client, and what its courier is told. @module */
import type { ClientParts } from "./client-parts.js";
import type { CourierParts, OpenCourier } from "./courier.js";
import { createExposurePipeline, type ExposurePipeline } from "./expose/exposure-pipeline.js";

/**
 * Makes the pipeline.
 *
 * @param candidateVersion - The version that the last refresh was about, for the report that every batch carries.
 */
export function createDelivery(
  parts: ClientParts,
  openCourier: OpenCourier,
  candidateVersion: () => number,
): ExposurePipeline {
  const { settings, access, cell, status, emitter, consent, warn } = parts;
  const { host, options, trustDomain } = settings;
  const { clock, randomBytes } = host;
  const { sink, exposures } = options;
  const courierParts: CourierParts = {
    ...{ host, access, trustDomain, consent, warn, sink },
    outbox: exposures?.outbox,
    bundle: () => ({ active: cell.current, status: status.current, candidateVersion: candidateVersion() }),
  };
  return createExposurePipeline({
    ...{ clock, randomBytes, consent, limits: host.delivery, waitUntil: exposures?.waitUntil },
    openCourier: (intake) => openCourier(courierParts, intake),
    settled: (counters) => emitter.emit("delivery", counters()),
  });
}
