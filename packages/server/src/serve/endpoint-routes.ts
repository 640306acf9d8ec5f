/** Puts everything the endpoint answers on its HTTP port. @module */
import type { FastifyInstance } from "fastify";
import { readConsoleAssets } from "../console-assets.js";
import type { EndpointParts } from "../endpoint-parts.js";
import { addOfrepRoutes } from "../ofrep/ofrep-routes.js";
import { spareStore } from "../report/spared-store.js";
import { createVersionList } from "../report/version-list.js";
import { addArtefactRoutes } from "./artefact-routes.js";
import type { ConsoleGate } from "./console-gate.js";
import { addConsoleRoutes } from "./console-routes.js";
import { addCrossOrigin } from "./cross-origin.js";
import { addHealthRoutes } from "./health-routes.js";
import { addResolveRoutes } from "./resolve-routes.js";
import { sendDenial } from "./send-error.js";
import { traceRequests } from "./trace-requests.js";

/**
 * Adds all routes.
 *
 * Health and metrics always answer. The console makes room when there is too much to do; what pages and services ask for is held to
 * rates besides, and may be asked for from other origins.
 *
 * @param consoleGate - Undefined for no console.
 */
export async function addEndpointRoutes(
  app: FastifyInstance,
  parts: EndpointParts,
  consoleGate: ConsoleGate | undefined,
): Promise<void> {
  if (parts.tracer) traceRequests(app, parts.tracer);
  addHealthRoutes(app, parts);
  if (consoleGate) await addConsole(app, parts, consoleGate);
  app.register(async (scope) => {
    await addCrossOrigin(scope, parts.gate);
    scope.addHook("onRequest", async (_request, reply) => {
      const denial = parts.admission.takesMore();
      return denial && sendDenial(reply, denial);
    });
    addArtefactRoutes(scope, parts);
    addOfrepRoutes(scope, parts);
    addResolveRoutes(scope, parts);
  });
}

async function addConsole(app: FastifyInstance, parts: EndpointParts, consoleGate: ConsoleGate): Promise<void> {
  const store = spareStore(parts.store, parts.clock);
  const versions = createVersionList(parts);
  const { openStreams } = parts.metrics;
  const assets = await readConsoleAssets();
  addConsoleRoutes(app, { ...parts, store, openStreams, assets, consoleGate, versions });
}
