/** What is published in each ring of an audience, and what instances say of it. @module */
import { EARLY_RINGS, EVERYBODY } from "@aplomb/core";
import type { Clock } from "../clock.js";
import type { ExposureStore, InstanceSummary } from "../exposure-store.js";
import type { Publication } from "../publication.js";

/**
 * What was heard within this time counts. Longer than what the console calls running: an instance that refused a version and
 * ended must not be forgotten before anybody looks.
 */
const heardWithinMs = 3_600_000;

/** One ring. */
export interface RingStatus {
  /** 0: everybody. */
  readonly ring: number;
  readonly epoch: number;
  readonly version: number;
  readonly sha256: string;
  readonly issuedAtMs: number;
}

/** An audience's rollout. Which instance is in which ring is not known here, and need not be: versions tell. */
export interface RolloutStatus {
  readonly audience: string;
  readonly nowMs: number;
  /** The first ring first, everybody last. */
  readonly rings: readonly RingStatus[];
  readonly instances: InstanceSummary;
}

/** What the status is made from. */
export interface RolloutParts {
  readonly publication: Publication;
  readonly store: Pick<ExposureStore, "instances">;
  readonly clock: Clock;
}

/** The status now; undefined for an audience that has nothing published. */
export async function rolloutStatus(parts: RolloutParts, audience: string): Promise<RolloutStatus | undefined> {
  const { publication, store, clock } = parts;
  const nowMs = clock.nowMs();
  const rings = [...EARLY_RINGS.map(({ ring }) => ring), EVERYBODY].flatMap((ring): RingStatus[] => {
    const served = publication.manifest(audience, ring);
    if (served === undefined) return [];
    const { epoch, version, sha256, issuedAtMs } = served;
    return [{ ring, epoch, version, sha256, issuedAtMs }];
  });
  if (rings.length === 0) return undefined;
  return { audience, nowMs, rings, instances: await store.instances(audience, nowMs - heardWithinMs) };
}
