/** What the demo and its service say to each other. @module */
import type { DeliveryCounts } from "@aplomb/node";
import type { Connection } from "./connection.js";
import type { Outcome } from "./outcome.js";

/** How the service is to run. */
export interface ServiceSettings {
  readonly connection: Connection;
  /** Where the last known good bundle is kept. */
  readonly storeDirectory: string;
  readonly shoppers: number;
  readonly shoppersPerSecond: number;
}

/** What the service is told. */
export type ServiceCommand =
  | { readonly type: "start"; readonly settings: ServiceSettings }
  | { readonly type: "evaluateAll" }
  | { readonly type: "flush" }
  | { readonly type: "stop" };

/** How the service is doing; the counts start anew with each bundle. */
export interface ServiceTally {
  readonly bundleVersion: number;
  readonly state: string;
  readonly evaluations: number;
  /** Shoppers by variant of the checkout. */
  readonly checkouts: Readonly<Record<string, number>>;
}

/** What the service answers. */
export type ServiceReport =
  | { readonly type: "ready"; readonly tally: ServiceTally }
  | { readonly type: "tally"; readonly tally: ServiceTally }
  /** A bundle is active: what the first shopper's button says since then, by the machine's clock. */
  | { readonly type: "changed"; readonly bundleVersion: number; readonly button: string; readonly atMs: number }
  | { readonly type: "outcomes"; readonly outcomes: readonly Outcome[] }
  | { readonly type: "flushed"; readonly counts: DeliveryCounts };
