/** The Connect service of the endpoint: watching versions, storing exposures, evaluating flags. @module */
import { ResolveService } from "@aplomb/proto/resolve-service";
import { type ConnectRouter, type ContextKey, createContextKey, type HandlerContext } from "@connectrpc/connect";
import { watchBundle } from "./announce/watch-bundle.js";
import { type AnsweringParts, maxResolveBytes, resolveFlags } from "./answer/resolve-flags.js";
import type { Caller } from "./credential.js";
import { publishExposures, type ReceiverParts } from "./receive/publish-exposures.js";
import { refusal } from "./receive/refusal.js";

/** Requests of `WatchBundle` name an audience and a ring, nothing more. */
const maxWatchRequestBytes = 4_096;

/** Where the transport leaves whoever presented a key. */
export const callerKey: ContextKey<Caller | undefined> = createContextKey<Caller | undefined>(undefined);

/** What the service needs. */
export interface ServiceParts extends ReceiverParts, AnsweringParts {
  /** Aborts when the endpoint closes: streams end, calls in flight finish. */
  readonly shutdown: AbortSignal;
}

function callerOf(context: HandlerContext): Caller {
  const caller = context.values.get(callerKey);
  if (caller === undefined) throw refusal("unknown_key", "send a client key: Authorization: Bearer <key>");
  return caller;
}

/** Adds the methods: `WatchBundle`, `PublishExposures` and `ResolveFlags`. */
export function addResolveService(router: ConnectRouter, parts: ServiceParts): void {
  const { publication, metrics, clock, shutdown } = parts;
  router.rpc(
    ResolveService.method.watchBundle,
    async function* (request, context) {
      if (!callerOf(context).audiences.has(request.audience)) {
        throw refusal("wrong_audience", "the key does not open this audience");
      }
      context.responseHeader.set("x-accel-buffering", "no");
      const ended = metrics.streamOpened(request.audience);
      const stopper = new AbortController();
      const stop = (): void => stopper.abort();
      const signals = [context.signal, shutdown];
      for (const signal of signals) signal.addEventListener("abort", stop);
      if (signals.some((signal) => signal.aborted)) stop();
      try {
        yield* watchBundle(publication, request, clock, stopper.signal);
      } finally {
        for (const signal of signals) signal.removeEventListener("abort", stop);
        ended();
      }
    },
    { readMaxBytes: maxWatchRequestBytes },
  );
  router.rpc(ResolveService.method.publishExposures, (request, context) =>
    publishExposures(request, callerOf(context), parts),
  );
  router.rpc(
    ResolveService.method.resolveFlags,
    (request, context) => resolveFlags(request, callerOf(context), parts),
    { readMaxBytes: maxResolveBytes },
  );
}
