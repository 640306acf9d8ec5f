/** A request as the fault proxy saw it. @module */
import type { IncomingHttpHeaders } from "node:http";

/** What is known of a request before its body. */
export interface RequestHead {
  /** From 0, over all requests. */
  readonly index: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<IncomingHttpHeaders>;
}

/** A whole request, or as much of it as was let in. */
export interface SeenRequest extends RequestHead {
  readonly body: Uint8Array;
}
