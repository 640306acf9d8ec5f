/** What a resolve endpoint is made from. @module */
import type { Clock } from "./clock.js";
import type { ClientCredential } from "./credential.js";
import type { ExposureStore } from "./exposure-store.js";
import type { MemoryLimits } from "./memory-limits.js";
import type { Publication } from "./publication.js";
import type { LoadReader } from "./serve/load-guard.js";
import type { LogDestination, LogLevel } from "./serve/log-requests.js";
import type { RateLimits } from "./serve/rate-limits.js";
import type { StickyRecords } from "./sticky-records.js";
import type { SpanTracer } from "./tracer.js";

/** What an endpoint is made from. */
export interface ResolveServerOptions {
  /** What is served. The endpoint follows its changes. */
  readonly publication: Publication;
  /** Where exposures go. Whoever opened it closes it, after the endpoint. */
  readonly store: ExposureStore;
  /** Where sticky assignments of flags that are resolved here are kept. Default: nowhere, and such flags answer that they cannot. */
  readonly stickyRecords?: StickyRecords;
  /** Who may ask for what. Audiences that no credential names are closed to everybody. */
  readonly clients: readonly ClientCredential[];
  /** The address to listen on. Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: 0, a free one that the system chooses. A port in use is an error: choosing another is the caller's decision. */
  readonly port?: number;
  /** A second port, for gRPC in clear text (h2c); 0 for a free one. Default: none, and gRPC is not spoken. */
  readonly grpcPort?: number;
  /**
   * Origins whose pages may call with keys that name none themselves, such as "https://shop.example". Default: any, since keys are
   * sent on purpose and never by cookie.
   */
  readonly allowedOrigins?: readonly string[];
  /** How often everybody together, and whoever has no key, may call. Clients' rates are in `clients`. */
  readonly rates?: RateLimits;
  /** Addresses or networks of proxies, such as "10.0.0.0/8", whose `X-Forwarded-For` says who calls. Default: none is believed. */
  readonly trustedProxies?: readonly string[];
  /** The console at /console. Default: where it has a token, and on a loopback host. */
  readonly console?: boolean;
  /**
   * Lower-case hex SHA-256 of the console's token, a long random text. Without one the console answers only to requests that name this
   * machine, and elsewhere than on a loopback host there is none.
   */
  readonly consoleTokenSha256?: string;
  /** The lowest level to log, as JSON lines; false logs nothing. Default: "info". */
  readonly logger?: LogLevel | false;
  /** Where log lines go. Default: standard output. */
  readonly logDestination?: LogDestination;
  /** How long `close` says "not ready" before it stops listening, so that a balancer looks elsewhere, in milliseconds. Default: 0. */
  readonly drainDelayMs?: number;
  /** How long `close` lets requests in flight take, in milliseconds. Default: 5,000. */
  readonly drainTimeoutMs?: number;
  /**
   * How many UTC days before the current one are kept of exposures, totals and tracked events; a whole number of 3 or more, since batches
   * are accepted for two days. Default: for ever.
   */
  readonly keepDays?: number;
  /** What the process may use; a heap that may outgrow its container is refused. Default: as V8 and the kernel say. */
  readonly memory?: MemoryLimits;
  /** How the process fares, by which requests are shed. Default: measured. The endpoint stops it when it closes. */
  readonly loadReader?: LoadReader;
  /** Traces requests and stored batches, such as one of OpenTelemetry's. Default: nothing is traced. */
  readonly tracer?: SpanTracer;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
}
