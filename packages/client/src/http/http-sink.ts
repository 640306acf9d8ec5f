/** Exposures as Connect unary calls, without Connect: plain fetch and core's own small writer. @module */
import { type PublishResponse, readPublishResponse, writePublishRequest } from "@aplomb/core/delivery";
import type { ExposureSink } from "../exposure-sink.js";
import type { EndpointAccess } from "../host.js";
import { RequestError } from "../retry/request-error.js";
import { type Answer, type ExchangeIo, exchange } from "./exchange.js";
import { requestError } from "./request-failure.js";

const PATH = "/aplomb.v1.ResolveService/PublishExposures";
const TYPE = "application/proto";
const ANSWER_BYTES = 65_536;

/** Sends batches to a resolve endpoint. */
export function httpSink(io: ExchangeIo, access: EndpointAccess): ExposureSink {
  const url = access.endpoint + PATH;
  const headers = {
    "content-type": TYPE,
    "connect-protocol-version": "1",
    authorization: `Bearer ${access.clientKey}`,
  };
  return {
    async publish(batch, signal, keepalive = false, sentAtMs = io.clock.nowMs()) {
      const body = writePublishRequest(batch, sentAtMs);
      const init = { method: "POST", headers, body: body as BodyInit, keepalive, signal };
      const answer = await exchange(io, url, init, { bytes: ANSWER_BYTES, code: "MALFORMED" });
      if (answer.status !== 200) throw requestError(url, answer, io.clock.nowMs());
      return acknowledgement(url, answer);
    },
  };
}

/** What a 200 says. Only the endpoint's own answer acknowledges anything: a portal's page does not. */
function acknowledgement(url: string, { headers, body }: Answer): PublishResponse {
  try {
    if (headers.get("content-type") === TYPE) return readPublishResponse(body);
  } catch (cause) {
    throw new RequestError(`${url} answered 200 with something else than an acknowledgement`, { cause });
  }
  throw new RequestError(`${url} answered 200 with ${headers.get("content-type") ?? "no type"}`);
}
