/** The parts of an endpoint that its routes share, made from its options and stopped together. @module */
import { setMaxListeners } from "node:events";
import { EVERYBODY } from "@aplomb/core";
import type { FastifyBaseLogger } from "fastify";
import { type AnswerSets, createAnswerSets } from "./answer/answer-sets.js";
import type { Clock } from "./clock.js";
import type { Gate } from "./credential.js";
import type { ExposureStore } from "./exposure-store.js";
import { createOpenedBundles, type OpenedBundles } from "./load/opened-bundles.js";
import { createServedVersions, type ServedVersions } from "./load/served-versions.js";
import type { MemoryLimits } from "./memory-limits.js";
import type { Metrics } from "./metrics.js";
import type { Publication } from "./publication.js";
import { type CandidateBundles, createCandidateBundles } from "./receive/candidate-bundles.js";
import { keepBatchesFresh } from "./receive/forget-batches.js";
import { type FlagViews, followFlags } from "./report/follow-flags.js";
import type { ResolveServerOptions } from "./resolve-server-options.js";
import { type Admission, createAdmission } from "./serve/admission.js";
import { createLoadGuard, createLoadReader } from "./serve/load-guard.js";
import { createRateCounter } from "./serve/rate-limits.js";
import type { StickyRecords } from "./sticky-records.js";
import type { SpanTracer } from "./tracer.js";

/** Everything the routes share. */
export interface EndpointParts {
  readonly publication: Publication;
  readonly store: ExposureStore;
  readonly stickyRecords: StickyRecords | undefined;
  readonly clock: Clock;
  readonly tracer: SpanTracer | undefined;
  readonly metrics: Metrics;
  readonly gate: Gate;
  readonly admission: Admission;
  readonly served: ServedVersions;
  readonly bundles: OpenedBundles;
  readonly candidates: CandidateBundles;
  readonly answerSets: AnswerSets;
  readonly views: FlagViews;
  /** Aborts when streams are to end. */
  readonly shutdown: AbortSignal;
  /** Whether the endpoint says "not ready", for it is about to end. */
  readonly isClosing: () => boolean;
  /** Logs why a batch could not be stored. */
  readonly onStoreError: (error: unknown) => void;
}

/** What the parts are made of that the options do not have. */
export interface PartsGround {
  readonly clock: Clock;
  readonly gate: Gate;
  readonly memory: MemoryLimits;
  readonly metrics: Metrics;
  readonly log: FastifyBaseLogger;
  readonly isClosing: () => boolean;
}

/** The parts, and what ends them. */
export interface RunningParts extends EndpointParts {
  /** Ends streams, and whatever follows the publication or the clock. */
  stop(): void;
}

/** Makes the parts; from then on they follow the publication and the clock. */
export function createEndpointParts(options: ResolveServerOptions, ground: PartsGround): RunningParts {
  const { publication, store, stickyRecords, tracer } = options;
  const { clock, gate, memory, metrics, log, isClosing } = ground;
  const shutdown = new AbortController();
  // Every open stream listens to it.
  setMaxListeners(0, shutdown.signal);
  const onError = (error: unknown, audience: string): void =>
    log.error({ err: error, audience }, "a bundle cannot be read");
  const served = createServedVersions(publication, clock);
  const bundles = createOpenedBundles(publication, onError);
  const views = followFlags({ publication, store, clock, onError });
  const rates = createRateCounter(options.rates ?? {}, gate.rates);
  const guard = createLoadGuard(memory, clock, options.loadReader ?? createLoadReader());
  const onForgetError = (error: unknown): void => log.error({ err: error }, "what is old was not forgotten");
  const stopForgetting = keepBatchesFresh(store, clock, onForgetError, options.keepDays);
  const stopCounting = countVersions(publication, metrics);
  return {
    ...{ publication, store, stickyRecords, clock, tracer, metrics, gate, served, bundles, views, isClosing },
    admission: createAdmission({ gate, rates, guard, metrics, clock }),
    candidates: createCandidateBundles({ publication, served, bundles, clock }),
    answerSets: createAnswerSets(publication),
    shutdown: shutdown.signal,
    onStoreError: (error) => log.error({ err: error }, "a batch could not be stored"),
    stop() {
      shutdown.abort();
      for (const stop of [stopForgetting, stopCounting, served.stop, views.stop, guard.stop]) stop();
    },
  };
}

/** Keeps the gauge of versions current. */
function countVersions(publication: Publication, metrics: Metrics): () => void {
  for (const audience of publication.audiences()) {
    const manifest = publication.manifest(audience);
    if (manifest) metrics.versionAnnounced(audience, manifest.version);
  }
  return publication.onChange(({ audience, ring, version }) => {
    if (ring === EVERYBODY) metrics.versionAnnounced(audience, version);
  });
}
