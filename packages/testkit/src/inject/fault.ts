/** What can happen to one HTTP request on its way. @module */

/** What happens to one request. Absent: it is passed through as it comes, streams included. */
export type Fault = RequestFault | AnswerFault | OwnAnswer;

/** The request does not get through, or gets through otherwise than it was sent. */
export type RequestFault =
  /** The connection dies before anything is forwarded. */
  | { readonly kind: "reset" }
  /** Nothing is forwarded and nothing answered, until the client gives up. */
  | { readonly kind: "hang" }
  /** The request is delivered so many times, one after the other; the last answer is passed on. */
  | { readonly kind: "duplicate"; readonly times: number }
  /** Delivered only once a later request has been delivered, or at `releaseHeld`; even if the client is gone by then. */
  | { readonly kind: "reorder" }
  /** Delivered only at `releaseHeld`; even if the client is gone by then. Then comes the other fault, if one is given. */
  | { readonly kind: "hold"; readonly fault?: Exclude<RequestFault, { readonly kind: "hold" }> | AnswerFault };

/** The upstream handles the request, and its answer, read whole, suffers on the way back. */
export type AnswerFault =
  /** The answer is thrown away and the connection dies. */
  | { readonly kind: "drop_response" }
  /** The answer is passed on after a wait. */
  | { readonly kind: "delay"; readonly delayMs: number }
  /** The answer comes a few bytes at a time, ten times a second; with `head`, so do status line and headers. */
  | { readonly kind: "drip"; readonly bytesPerSecond: number; readonly head?: boolean }
  /** The head of the answer's body is passed on, then nothing more comes. */
  | { readonly kind: "stall"; readonly afterBytes: number }
  /** The head of the answer's body is passed on, then the connection dies; with `chunked`, no length was announced. */
  | { readonly kind: "truncate"; readonly afterBytes: number; readonly chunked?: boolean }
  /** One bit of the answer's body is flipped. */
  | { readonly kind: "flip"; readonly atByte: number }
  /** The answer's body is compressed with brotli and called gzip. */
  | { readonly kind: "mislabel" };

/** The proxy answers by itself; nothing is forwarded. */
export type OwnAnswer =
  /** A body without an end, as fast as it is read; announced as compressed or not. */
  | { readonly kind: "endless"; readonly headers?: Readonly<Record<string, string>>; readonly chunk: Uint8Array }
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
    };
