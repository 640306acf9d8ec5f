/** How much of what clients accept a publisher uses: four fifths, so that a flag more tomorrow is no outage. @module */
import { type Limits, PAGE_LIMITS, SERVICE_LIMITS } from "@aplomb/core";
import type { AudienceKind } from "../project.js";

/** What clients of an audience accept. */
export function clientLimits(kind: AudienceKind): Limits {
  return kind === "browser" ? PAGE_LIMITS : SERVICE_LIMITS;
}

/** Four fifths of it, rounded down. */
export function publisherLimits(kind: AudienceKind): Limits {
  const limits = Object.entries(clientLimits(kind)).map(([name, cap]) => [name, Math.floor(cap * 0.8)]);
  return Object.fromEntries(limits) as Limits;
}
