/** Who gets what is queued to the endpoint: there from the start in services, loaded late in pages. @module */
import type { ReportedBundle } from "./bundle-report.js";
import type { Consent } from "./consent.js";
import type { DeliveryCounters, DeliveryLedger } from "./delivery-counters.js";
import type { DeliveryRecord } from "./delivery-record.js";
import type { ExposureQueue } from "./expose/exposure-queue.js";
import type { ExposureSink } from "./exposure-sink.js";
import type { EndpointAccess, Host } from "./host.js";
import type { Warn } from "./log.js";
import type { OpenOutbox } from "./outbox.js";

/** What reads have left to be sent. Whoever sends it keeps its books. */
export interface Intake {
  /** What waits in memory. */
  readonly queue: ExposureQueue;
  readonly ledger: DeliveryLedger;
  /** Told of records that are lost: what was exposed with them may be met again. */
  lost(records: readonly DeliveryRecord[]): void;
  /** Told whenever a batch is settled. */
  settled(): void;
}

/** What a courier is told of its client. */
export interface CourierParts {
  readonly host: Host;
  readonly access: EndpointAccess;
  /** Whose bundles are believed; part of the name under which records are kept. */
  readonly trustDomain: string;
  readonly consent: Consent;
  /** What the application names instead of the endpoint. */
  readonly sink?: ExposureSink | undefined;
  /** What the application names to keep records in. */
  readonly outbox?: OpenOutbox | undefined;
  /** What answers now, for the report that every batch carries. */
  readonly bundle: () => ReportedBundle;
  readonly warn: Warn;
}

/** What a courier has of its own to report. */
export type CourierCounters = Pick<DeliveryCounters, "spooled" | "spooledBytes" | "breaker" | "lastSuccessAgeMs">;

/** Takes what is queued, seals it, sends it, and enters in the ledger what became of it. Nothing here throws or rejects. */
export interface Courier {
  /** Keeps a record where it survives the process. False: it cannot, or may not yet, and the record is for the queue. */
  keep(record: DeliveryRecord): boolean;
  /** Something was queued or kept. */
  wake(): void;
  /** Sends without waiting for the interval. Resolves when all that is there now, of earlier runs too, is settled. */
  drain(): Promise<void>;
  /** Sends all that is there at once, in requests that may outlive the page. */
  leave(): void;
  /** Something that had to wait may go: consent was given. */
  release(): void;
  /** Deletes what is sealed or kept, and counts it; what is queued is the caller's. */
  clear(): void;
  /** Leaves in the outbox what can be kept, of the queue too, gives up what is sealed and cannot, and sends nothing more. */
  end(): void;
  readonly counters: CourierCounters;
}

/** Opens the courier of a client; called once for each. */
export type OpenCourier = (parts: CourierParts, intake: Intake) => Courier;
