/** What a client says of its bundle with every batch: which one answers, and which one it refused. @module */
import type { BundleStatus } from "@aplomb/core";
import type { ActiveBundle } from "./active-bundle.js";
import type { ClientStatus } from "./flag-client.js";
import { isOfBundle } from "./status.js";

const MOST_KEYS = 100;

/** What is reported on. */
export interface ReportedBundle {
  readonly active: ActiveBundle | undefined;
  readonly status: ClientStatus;
  /** The version that the last refresh was about; 0 when it never came to that. */
  readonly candidateVersion: number;
}

/** The report of this moment. */
export function bundleReport({ active, status, candidateVersion }: ReportedBundle, nowMs: number): BundleStatus {
  const { manifest, flagSet } = active ?? {};
  const { confirmedAtMs, error } = status;
  const isRejected = error !== undefined && isOfBundle(error.code);
  const quarantined = flagSet?.diagnostics.filter(({ severity }) => severity === "quarantined") ?? [];
  return {
    epoch: manifest?.epoch ?? 0,
    version: manifest?.version ?? 0,
    sha256: hexToBytes(manifest?.sha256 ?? ""),
    ageMs: confirmedAtMs > 0 ? Math.max(0, nowMs - confirmedAtMs) : 0,
    rejectedVersion: isRejected ? candidateVersion : 0,
    rejectedCode: isRejected ? error.code : "",
    quarantinedFlags: quarantined.slice(0, MOST_KEYS).map(({ entry }) => entry),
  };
}

function hexToBytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}
