/** What an application tells a client, and the settings that come of it. @module */
import { type EvaluationContext, FlagError, openRoot, type TrustedRoot } from "@aplomb/core";
import type { BundleStore } from "./bundle-store.js";
import type { Clock } from "./clock.js";
import type { DeliveryCounters } from "./delivery-counters.js";
import type { ExposureSink } from "./exposure-sink.js";
import type { Fetch, Host } from "./host.js";
import type { Logger } from "./log.js";
import type { RefreshSource } from "./refresh-source.js";

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
  /** After each batch that was settled, and at the end: what became of every record so far. */
  onDelivery?(counters: DeliveryCounters): void;
  /** A bundle was refused because of who signed it or because it is older than one that was active. */
  onSecurityEvent?(error: FlagError): void;
}

/** What an application tells a client. Everything but the first three has a default that fits. */
export interface ClientOptions {
  /** Origin of the resolve endpoint, with a path if it has one. https, unless the host is this machine. */
  readonly endpoint: string;
  /** Says who asks: public in pages, secret in services. */
  readonly clientKey: string;
  readonly trust: TrustOptions;
  /** The context that every read starts from. */
  readonly context?: EvaluationContext;
  /** Where the last known good bundle is kept between runs. */
  readonly store?: BundleStore;
  readonly bootstrap?: BootstrapBundle;
  readonly refresh?: {
    /** About how often to poll: each wait is drawn around it. Default 30,000 in services, 60,000 in pages. At least 1,000. */
    readonly pollIntervalMs?: number;
    /** Hold a stream open and fetch new versions as they are announced. Default false. */
    readonly stream?: boolean;
  };
  readonly exposures?: {
    /** "manual": only `expose()` exposes, reads never do. Default "auto". */
    readonly mode?: "auto" | "manual";
    /** About how long exposures wait to be sent together. Default 10,000 in services, 5,000 in pages. At least 100. */
    readonly flushIntervalMs?: number;
  };
  /** Which properties of tracked events may leave. Default none. */
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
  /** Undefined only where the host believes manifests in another way. */
  readonly root: TrustedRoot | undefined;
  readonly pollIntervalMs: number;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string" && value !== "";
const isObject: Check = (value) => typeof value === "object" && value !== null;
const isFunction: Check = (value) => typeof value === "function";
const isBytes: Check = (value) => value instanceof Uint8Array;
const isBoolean: Check = (value) => typeof value === "boolean";
const atLeast =
  (least: number): Check =>
  (value) =>
    typeof value === "number" && value >= least && value < 2 ** 31;
const has =
  (...methods: string[]): Check =>
  (value) =>
    isObject(value) && methods.every((method) => isFunction((value as Record<string, unknown>)[method]));

/** Every option that may be left out: where it is, whether a value will do, and what it takes. */
const OPTIONAL: readonly (readonly [path: string, check: Check, takes: string])[] = [
  ["context", isObject, "an object"],
  ["store", has("load", "save"), "a bundle store"],
  ["bootstrap.manifest", isBytes, "bytes"],
  ["bootstrap.bundle", isBytes, "bytes"],
  ["refresh.pollIntervalMs", atLeast(1_000), "at least 1000 milliseconds"],
  ["refresh.stream", isBoolean, "true or false"],
  ["exposures.mode", (value) => value === "auto" || value === "manual", '"auto" or "manual"'],
  ["exposures.flushIntervalMs", atLeast(100), "at least 100 milliseconds"],
  ["sendAttributes", (value) => Array.isArray(value) && value.every(isText), "a list of names"],
  ["hooks", isObject, "an object"],
  ["logger", (value) => value === null || has("warn")(value), "an object with warn, or null"],
  ["fetch", isFunction, "a function"],
  ["clock", has("nowMs", "monotonicMs", "setTimer"), "a clock"],
  ["random", isFunction, "a function"],
  ["signal", has("addEventListener"), "an AbortSignal"],
  ["source", has("fetchManifest", "fetchBundle"), "a refresh source"],
  ["sink", has("publish"), "an exposure sink"],
];

/**
 * Checks the options and joins them with what the host brings.
 *
 * @throws FlagError OPTION, naming the option; ROOT, MALFORMED or LIMIT for a root that cannot be read.
 */
export function readOptions(options: ClientOptions, host: Host): ClientSettings {
  require(options, "endpoint", isEndpoint, "an https URL (http only for this machine)");
  require(options, "clientKey", isText, "a text");
  require(options, "trust.audience", isText, "a text");
  if (!host.openManifest) require(options, "trust.root", isRoot, "the bytes of a signed root, or their base64");
  for (const [path, check, takes] of OPTIONAL) {
    if (valueAt(options, path) !== undefined) require(options, path, check, takes);
  }
  const { trust, refresh, exposures, fetch, clock, random, store, logger } = options;
  const flushIntervalMs = exposures?.flushIntervalMs ?? host.delivery.flushIntervalMs;
  return {
    options,
    endpoint: options.endpoint.replace(/\/+$/, ""),
    audience: trust.audience,
    root: host.openManifest ? undefined : openRoot(bytesOf(trust.root)),
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

function require(options: unknown, path: string, check: Check, takes: string): void {
  if (!check(valueAt(options, path))) throw new FlagError("OPTION", `${path} takes ${takes}`);
}

function valueAt(options: unknown, path: string): unknown {
  return path.split(".").reduce((at: unknown, name) => (at as Record<string, unknown> | undefined)?.[name], options);
}

function isEndpoint(value: unknown): boolean {
  try {
    const { protocol, hostname } = new URL(value as string);
    return (
      protocol === "https:" || (protocol === "http:" && /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(hostname))
    );
  } catch {
    return false;
  }
}

/** Whether a value is bytes, or text that `atob` takes. */
function isRoot(value: unknown): boolean {
  return isBytes(value) || (typeof value === "string" && value.length % 4 === 0 && /^[A-Za-z\d+/]+={0,2}$/.test(value));
}

function bytesOf(root: Uint8Array | string): Uint8Array {
  return typeof root === "string" ? Uint8Array.from(atob(root), (character) => character.charCodeAt(0)) : root;
}
