/** What is known of a rollout: the rings of a publication, and what an endpoint has heard from instances. @module */
import { ALL_RINGS, AuthoringError, readRings, servedIn } from "@aplomb/authoring";
import type { Manifest } from "@aplomb/core";
import type { HealthThresholds, InstanceSummary, RolloutStatus, VersionHealth } from "@aplomb/server";

/** Whose rollout, and whom to ask. */
export interface RolloutQuery {
  readonly dir: string;
  readonly audience: string;
  /** The endpoint whose console may be read; without it nothing is known of instances. */
  readonly endpoint?: string | undefined;
  /** Opens the console. */
  readonly token?: string | undefined;
  readonly thresholds: HealthThresholds;
  /** Milliseconds since 1970 UTC. */
  readonly nowMs: number;
}

/** One ring. */
export interface RingLine {
  readonly ring: number;
  readonly manifest: Manifest;
  /** Absent where no endpoint was asked. */
  readonly health?: VersionHealth;
}

/** The rings, the first one first. */
export interface Rollout {
  readonly rings: readonly RingLine[];
  readonly instances: InstanceSummary | undefined;
}

const TIMEOUT_MS = 20_000;

/**
 * Reads both.
 *
 * @throws AuthoringError PUBLICATION_UNREADABLE if the audience is not published there, or the endpoint does not tell.
 */
export async function readRollout(query: RolloutQuery): Promise<Rollout> {
  const { dir, audience, endpoint, thresholds, nowMs } = query;
  const rings = await readRings(dir, audience);
  if (rings.size === 0) throw unreadable(`${audience} is not published in ${dir}`, "Name the publication's directory.");
  const instances = endpoint === undefined ? undefined : (await askEndpoint(endpoint, query)).instances;
  // Loading the endpoint's libraries takes a while, which only who asks for health should pay.
  const judge = instances && (await import("@aplomb/server")).judgeHealth;
  const lines = ALL_RINGS.flatMap((ring): RingLine[] => {
    const manifest = servedIn(ring, rings)?.manifest;
    if (manifest === undefined) return [];
    const { version, issuedAtMs } = manifest;
    const health = instances && judge?.(instances, version, nowMs - issuedAtMs, thresholds);
    return [{ ring, manifest, ...(health && { health }) }];
  });
  return { rings: lines, instances };
}

async function askEndpoint(endpoint: string, { audience, token }: RolloutQuery): Promise<RolloutStatus> {
  const url = `${endpoint.replace(/\/+$/, "")}/console/rollout?audience=${encodeURIComponent(audience)}`;
  const remedy = "Check the address, and that the endpoint serves its console to this machine (--token opens it).";
  try {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(url, { headers, redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`the endpoint answered ${response.status}`);
    return (await response.json()) as RolloutStatus;
  } catch (cause) {
    throw unreadable(`${url} cannot be read: ${(cause as Error).message}`, remedy, cause);
  }
}

function unreadable(message: string, remedy: string, cause?: unknown): AuthoringError {
  return new AuthoringError(message, { code: "PUBLICATION_UNREADABLE", remedy, cause });
}
