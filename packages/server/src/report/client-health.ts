/** How each client of an audience is: which bundle it runs, how old that is, what it lost and refused. @module */
import type { InstanceReport } from "../exposure-store.js";
import type { PublishedManifest } from "../publication.js";

/** The worst that is to be said of an instance. */
export type ClientCondition = "refusing" | "stale" | "behind" | "losing" | "fine";

/** One client, for people. */
export interface ClientLine extends Omit<InstanceReport, "instanceId"> {
  /** The first 8 hex digits of the instance's random id. */
  readonly id: string;
  readonly condition: ClientCondition;
  /** How long ago its bundle was last confirmed, in milliseconds. */
  readonly confirmedAgoMs: number;
  readonly heardAgoMs: number;
}

const order: Readonly<Record<ClientCondition, number>> = { refusing: 0, stale: 1, behind: 2, losing: 3, fine: 4 };

/** Reports as lines, the worst first, then those heard last. */
export function clientHealth(
  reports: readonly InstanceReport[],
  manifest: PublishedManifest | undefined,
  nowMs: number,
): readonly ClientLine[] {
  return reports
    .map(({ instanceId, ...report }): ClientLine => {
      const heardAgoMs = Math.max(0, nowMs - report.lastHeardAtMs);
      const confirmedAgoMs = report.ageMs + heardAgoMs;
      const condition = conditionOf(report, confirmedAgoMs, manifest);
      return { ...report, id: instanceId.slice(0, 8), condition, confirmedAgoMs, heardAgoMs };
    })
    .sort((a, b) => order[a.condition] - order[b.condition] || a.heardAgoMs - b.heardAgoMs);
}

function conditionOf(
  report: Omit<InstanceReport, "instanceId">,
  confirmedAgoMs: number,
  manifest: PublishedManifest | undefined,
): ClientCondition {
  if (report.rejectedVersion > 0 || report.quarantinedFlags.length > 0) return "refusing";
  if (manifest !== undefined && report.version > 0 && confirmedAgoMs > manifest.freshUntilMs - manifest.issuedAtMs) {
    return "stale";
  }
  if (manifest !== undefined && report.version !== manifest.version) return "behind";
  return report.lost > 0 || report.missingRecords > 0 ? "losing" : "fine";
}
