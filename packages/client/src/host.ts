/** Everything a client needs from the platform it runs on. @module */
import type { Floor, Limits, Manifest, VerifySignature } from "@aplomb/core";
import type { BundleStore } from "./bundle-store.js";
import type { Clock } from "./clock.js";
import type { DeliveryLimits } from "./delivery-limits.js";
import type { ExposureSink } from "./exposure-sink.js";
import type { Logger } from "./log.js";
import type { OpenOutbox } from "./outbox.js";
import type { RefreshSource, WatchBundle } from "./refresh-source.js";
import type { RemoteFlags } from "./remote-flags.js";

/** `fetch`, as every platform has it. */
export type Fetch = typeof globalThis.fetch;

/** What a host may do with a client that page or process events call for. */
export interface ClientControls {
  /** Stops polling and streaming until `resume`. */
  pause(): void;
  /** Goes on; fetches soon if a poll was missed. */
  resume(): void;
  /** Sends all that is queued, in requests that outlive the page where the browser allows it. */
  flushNow(): void;
}

/** The ring that a client is in, once that is known. */
export interface RingCell {
  current: number;
}

/** What asking for remote flags needs of its surroundings. */
export interface RemoteIo {
  readonly fetch: Fetch;
  readonly clock: Clock;
}

/** Where a client's endpoint is and who asks. */
export interface EndpointAccess {
  /** Without a trailing slash. */
  readonly endpoint: string;
  readonly clientKey: string;
  readonly audience: string;
  /** Absent: in no early ring. */
  readonly ring?: RingCell;
}

/** Everything a client needs from the platform it runs on: the only way to an effect. */
export interface Host {
  /** Name and version, such as "aplomb-node/0.1.0". */
  readonly sdk: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** In [0, 1). */
  random(): number;
  randomBytes(count: number): Uint8Array;
  /** SHA-256. */
  digest(bytes: Uint8Array): Promise<Uint8Array>;
  readonly verifySignature: VerifySignature;
  /** How manifests are believed; absent, by their signatures. Only the unsigned entry points set it. */
  readonly openManifest?: (envelope: Uint8Array, floor: Floor | undefined) => Promise<Manifest>;
  /** Where bundles are kept unless the options name a store. */
  readonly store?: BundleStore | undefined;
  /** What keeps unacknowledged records where they survive, unless the options name something else. */
  readonly openOutbox?: OpenOutbox | undefined;
  readonly logger?: Logger | undefined;
  readonly limits: Limits;
  readonly delivery: DeliveryLimits;
  readonly pollIntervalMs: number;
  /** Send the client key with requests for manifests and bundles, too. */
  readonly authorizeReads: boolean;
  /** Look up sticky assignments whenever the client's context changes, because nobody awaits `prepare` here. */
  readonly preparesItself?: boolean;
  /** Opens the means to listen for announcements; called once, when streaming is asked for. */
  openWatch(access: EndpointAccess, fetch: Fetch): Promise<WatchBundle>;
  /** Opens the means to ask for flags that the endpoint resolves; called once, when a bundle leaves some to it. */
  openRemote?(io: RemoteIo, access: EndpointAccess, sendAttributes: readonly string[]): Promise<RemoteFlags>;
  wrapSource?(source: RefreshSource): RefreshSource;
  wrapSink?(sink: ExposureSink): ExposureSink;
  /** Connects the client to page or process events; returns the way to disconnect it. */
  attach?(controls: ClientControls): () => void;
  /** Keeps the process running while the application awaits the client; returns the way to let go. */
  hold?(): () => void;
}
