/** Answers requests that cannot be read as HTTP does: what is wrong with them is their sender's to mend, not the endpoint's. @module */
import type { ConnectRouter, ContextValues, Interceptor } from "@connectrpc/connect";
import { type RefusalCode, refusalHeader } from "../receive/refusal.js";

/** Sees which requests could be read, and mends the answers to the others. */
export interface UnreadableAnswers {
  /** Runs once a request has been read. */
  readonly interceptor: Interceptor;
  /**
   * Turns two of Connect's answers around: a body that grows beyond what is read from 429 into 413, since whoever is told 429 sends
   * the same again later, and one that is no message from 500 into 400. Calls that come too often are answered before Connect sees
   * them, so that a 429 of Connect's is always about size.
   */
  mend(router: ConnectRouter): void;
}

const malformed = new TextEncoder().encode(
  JSON.stringify({ code: "invalid_argument", message: "malformed: the request is not a message of the method" }),
);

/** For one router. */
export function createUnreadableAnswers(): UnreadableAnswers {
  const read = new WeakSet<ContextValues>();
  return {
    interceptor: (next) => (request) => {
      read.add(request.contextValues);
      return next(request);
    },
    mend({ handlers }) {
      handlers.forEach((handler, index) => {
        const mended = async (request: Parameters<typeof handler>[0]) => {
          const response = await handler(request);
          const refused = (status: number, code: RefusalCode) => {
            const header = new Headers(response.header);
            header.set(refusalHeader, code);
            return { ...response, header, status };
          };
          if (response.status === 429) return refused(413, "too_large");
          if (response.status !== 500 || (request.contextValues && read.has(request.contextValues))) return response;
          const answer = refused(400, "malformed");
          answer.header.set("content-length", String(malformed.length));
          return { ...answer, body: bodyOf(malformed) };
        };
        handlers[index] = Object.assign(mended, handler);
      });
    },
  };
}

async function* bodyOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
