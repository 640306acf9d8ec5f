/** Says whether the process is up, whether it can serve, and what it counted. @module */
import type { FastifyInstance } from "fastify";
import type { Clock } from "../clock.js";
import type { ExposureStore } from "../exposure-store.js";
import type { Metrics } from "../metrics.js";
import type { Publication } from "../publication.js";

/** How long the store's answer holds: probing costs one sync to disk at most this often. */
const storeCheckMs = 1_000;

/** What the routes need. */
export interface HealthParts {
  readonly publication: Publication;
  readonly store: ExposureStore;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly isClosing: () => boolean;
}

/**
 * Adds `GET /healthz` (200 while the process runs), `GET /readyz` (200 when something is published and the store writes, else 503
 * with the reasons) and `GET /metrics`.
 */
export function addHealthRoutes(app: FastifyInstance, parts: HealthParts): void {
  const { publication, metrics } = parts;
  const storeProblem = createStoreProbe(parts);

  app.get("/healthz", (_request, reply) => reply.header("cache-control", "no-store").send({ status: "up" }));

  app.get("/readyz", async (_request, reply) => {
    const problems: string[] = [];
    if (parts.isClosing()) problems.push("the endpoint is closing");
    if (publication.audiences().length === 0) problems.push("nothing is published yet");
    const problem = await storeProblem();
    if (problem) problems.push(problem);
    return reply
      .code(problems.length === 0 ? 200 : 503)
      .header("cache-control", "no-store")
      .send(problems.length === 0 ? { status: "ready" } : { status: "not ready", problems });
  });

  app.get("/metrics", async (_request, reply) =>
    reply
      .type(metrics.contentType)
      .header("cache-control", "no-store")
      .send(await metrics.render()),
  );
}

/** Whether the store writes, asked once for all that ask within a second. */
function createStoreProbe({ store, clock }: HealthParts): () => Promise<string | undefined> {
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let answer: Promise<string | undefined> = Promise.resolve(undefined);
  return () => {
    if (Math.abs(clock.nowMs() - askedAtMs) < storeCheckMs) return answer;
    askedAtMs = clock.nowMs();
    answer = store.check().then(
      () => undefined,
      () => "the exposure store cannot write",
    );
    return answer;
  };
}
