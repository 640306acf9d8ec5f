/** What an application tells a client, and the settings that come of it. @module */
import type { EvaluationContext, Floor } from "@aplomb/core";
import { FlagError, openRoot, verifyManifest } from "@aplomb/core/reading";
import type { BundleStore } from "./bundle-store.js";
import { checkOptions } from "./check-options.js";
import type { ClientCounters } from "./client-counters.js";
import type { Clock } from "./clock.js";
import type { ConsentState } from "./consent.js";
import type { DeliveryCounters } from "./delivery-counters.js";
import type { ExposureSink } from "./exposure-sink.js";
import type { Fetch, Host } from "./host.js";
import { createRootChain, type RootChain } from "./load/root-chain.js";
import type { Logger } from "./log.js";
import type { OpenOutbox } from "./outbox.js";
import type { RefreshSource } from "./refresh-source.js";
import type { StickyStore } from "./sticky-store.js";

/** Whom a client believes. */
export interface TrustOptions {
  /** The pinned root: its signed envelope, as bytes or as base64. Made by `aplomb keygen`. */
  readonly root: Uint8Array | string;
  /** Whose flags to ask for, such as "web.production". */
  readonly audience: string;
}

/** A bundle that the application brings along; verified like any other. */
export interface BootstrapBundle {
  /** The manifest's signed envelope. */
  readonly manifest: Uint8Array;
  readonly bundle: Uint8Array;
}

/** Watches a client from outside. What a hook throws is logged and otherwise ignored. */
export interface ClientHooks {
  /**
   * Once, when the client is made: what reads all counters, for what collects metrics at its own times.
   *
   * @example
   * const depth = meter.createObservableGauge("aplomb.queue.depth");
   * const hooks: ClientHooks = { onStart: (counters) => depth.addCallback((seen) => seen.observe(counters().queued)) };
   */
  onStart?(counters: () => ClientCounters): void;
  /** After each batch that was settled, and at the end: what became of every record so far. */
  onDelivery?(counters: DeliveryCounters): void;
  /** A bundle was refused because of who signed it or because it is older than one that was active. */
  onSecurityEvent?(error: FlagError): void;
}

/** What an application tells a client. Everything but the first three has a default that fits. */
export interface ClientOptions {
  /** Origin of the resolve endpoint, with a path if it has one. https, unless the host is this machine. */
  readonly endpoint: string;
  /** Another origin with the same artefacts, asked while the first one fails. Best under another domain. */
  readonly fallbackEndpoint?: string;
  /** Says who asks: public in pages, secret in services. */
  readonly clientKey: string;
  readonly trust: TrustOptions;
  /** The context that every read starts from. */
  readonly context?: EvaluationContext;
  /** Where the last known good bundle is kept between runs. */
  readonly store?: BundleStore;
  /** Where sticky assignments are kept. Without it, sticky flags answer their defaults and say so. */
  readonly stickyStore?: StickyStore;
  readonly bootstrap?: BootstrapBundle;
  /**
   * Nothing older is believed, wherever it comes from: not even at the first start, when nothing is kept that could tell.
   * Counts in the epoch of the pinned root; a later epoch numbers its versions anew.
   */
  readonly minVersion?: number;
  readonly refresh?: {
    /** About how often to poll: each wait is drawn around it. Default 30,000 in services, 60,000 in pages. At least 1,000. */
    readonly pollIntervalMs?: number;
    /** Hold a stream open and fetch new versions as they are announced. Default false. */
    readonly stream?: boolean;
    /**
     * Take part in rings: 1 % of installations get a new version first, then 10 %, then all. By a random id that the store
     * keeps and nobody is sent; without a store that does, versions come with everybody's. Default false.
     */
    readonly rings?: boolean;
  };
  readonly exposures?: {
    /** "manual": only `expose()` exposes, reads never do. Default "auto". */
    readonly mode?: "auto" | "manual";
    /** About how long exposures wait to be sent together. Default 10,000 in services, 5,000 in pages. At least 100. */
    readonly flushIntervalMs?: number;
    /** Where what is not acknowledged is kept, so that it survives the process. Default: in memory alone. */
    readonly outbox?: OpenOutbox;
    /**
     * For platforms that may stop the process once a response is out. Each burst of exposures is then sent at once, and
     * its promise, which never rejects, given to this function. Such as the `waitUntil` that the platform offers.
     */
    readonly waitUntil?: (work: Promise<unknown>) => void;
  };
  /** Whether exposures and events may be kept and sent; `setConsent` changes it. Default "granted". */
  readonly consent?: ConsentState;
  /**
   * Which properties of tracked events may leave, and which attributes of the context when the endpoint is asked for remote
   * flags. Default none; the targeting key always does.
   */
  readonly sendAttributes?: readonly string[];
  readonly hooks?: ClientHooks;
  /** Default `console`; null keeps quiet. */
  readonly logger?: Logger | null;
  readonly fetch?: Fetch;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Closes the client when it aborts. */
  readonly signal?: AbortSignal;
  /** Where bundles come from instead of the endpoint; for tests and special hosts. */
  readonly source?: RefreshSource;
  /** Where exposures go instead of the endpoint; for tests and special hosts. */
  readonly sink?: ExposureSink;
}

/** What comes of the options on a host. */
export interface ClientSettings {
  readonly options: ClientOptions;
  /** The host, with the effects that the options replace. */
  readonly host: Host;
  /** Without a trailing slash. */
  readonly endpoint: string;
  readonly audience: string;
  /** Whose bundles are believed; "unsigned" where nobody's signature is asked for. */
  readonly trustDomain: string;
  readonly openManifest: NonNullable<Host["openManifest"]>;
  /** The roots that are believed; absent where nobody's signature is asked for. */
  readonly roots: RootChain | undefined;
  readonly pollIntervalMs: number;
}

/**
 * Checks the options and joins them with what the host brings.
 *
 * @throws FlagError OPTION, naming the option; ROOT, MALFORMED or LIMIT for a root that cannot be read.
 */
export function readOptions(options: ClientOptions, host: Host): ClientSettings {
  checkOptions(options, host.openManifest === undefined);
  const { trust, refresh, exposures, fetch, clock, random, store, logger } = options;
  const flushIntervalMs = exposures?.flushIntervalMs ?? host.delivery.flushIntervalMs;
  return {
    options,
    endpoint: options.endpoint.replace(/\/+$/, ""),
    audience: trust.audience,
    ...beliefOf(trust, host, options.minVersion ?? 0),
    pollIntervalMs: refresh?.pollIntervalMs ?? host.pollIntervalMs,
    host: {
      ...host,
      delivery: { ...host.delivery, flushIntervalMs },
      fetch: fetch ?? host.fetch,
      clock: clock ?? host.clock,
      random: random ?? host.random,
      store: store ?? host.store,
      logger: logger === null ? undefined : (logger ?? host.logger),
    },
  };
}

/** How manifests are believed: by the signatures that the pinned root asks for, unless the host says otherwise. */
function beliefOf(
  { root: given, audience }: TrustOptions,
  { openManifest, verifySignature }: Host,
  minVersion: number,
): Pick<ClientSettings, "trustDomain" | "openManifest" | "roots"> {
  if (openManifest) {
    // Without a root there are no epochs to tell apart.
    const least = { epoch: Number.POSITIVE_INFINITY, version: minVersion };
    return { trustDomain: "unsigned", openManifest: noOlderThan(least, openManifest), roots: undefined };
  }
  const pinned = openRoot(bytesOf(given));
  const roots = createRootChain(pinned, verifySignature);
  return {
    trustDomain: pinned.trustDomain,
    openManifest: noOlderThan({ epoch: pinned.epoch, version: minVersion }, (envelope, floor) =>
      verifyManifest(envelope, { root: roots.current, audience }, { floor, verifySignature }),
    ),
    roots,
  };
}

/** Opens a manifest, and refuses what is older than the application takes. */
function noOlderThan(
  least: Pick<Floor, "epoch" | "version">,
  openManifest: NonNullable<Host["openManifest"]>,
): NonNullable<Host["openManifest"]> {
  return async (envelope, floor) => {
    const manifest = await openManifest(envelope, floor);
    if (manifest.epoch <= least.epoch && manifest.version < least.version) {
      throw new FlagError("ROLLBACK", `version ${manifest.version}; the option minVersion is ${least.version}`);
    }
    return manifest;
  };
}

function bytesOf(given: Uint8Array | string): Uint8Array {
  return typeof given === "string" ? Uint8Array.from(atob(given), (character) => character.charCodeAt(0)) : given;
}
