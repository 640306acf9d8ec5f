/** The stream of announcements over Connect. @module */
import { EVERYBODY } from "@aplomb/core/reading";
import { ResolveService } from "@aplomb/proto/resolve-service";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import type { EndpointAccess } from "../host.js";
import type { WatchBundle } from "../refresh-source.js";
import { RequestError } from "../retry/request-error.js";

/** The HTTP statuses that stand for the codes that a client treats unlike a lost connection. */
const STATUS: Partial<Record<Code, number>> = {
  [Code.Unauthenticated]: 401,
  [Code.PermissionDenied]: 403,
  [Code.NotFound]: 404,
  [Code.ResourceExhausted]: 429,
  [Code.Unimplemented]: 501,
};

/**
 * Listens for announcements on a transport.
 *
 * @param transport - Of connect-web or connect-node; the caller decides what keeps the process alive.
 */
export function watchBundle(transport: Transport, access: EndpointAccess): WatchBundle {
  const client = createClient(ResolveService, transport);
  const headers = { authorization: `Bearer ${access.clientKey}` };
  return async (announced, signal) => {
    try {
      const request = { audience: access.audience, ring: access.ring?.current ?? EVERYBODY };
      for await (const answer of client.watchBundle(request, { headers, signal })) {
        announced({ epoch: Number(answer.epoch), version: Number(answer.version) });
      }
    } catch (error) {
      const failure = ConnectError.from(error);
      throw new RequestError(failure.message, { status: STATUS[failure.code] ?? 0, cause: error });
    }
  };
}
