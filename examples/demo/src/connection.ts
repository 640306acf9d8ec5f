/** What the demo's processes are told about the endpoint. @module */

/** Where the endpoint is, who asks, and who is believed. */
export interface Connection {
  /** Without a trailing slash. */
  readonly endpoint: string;
  readonly audience: string;
  readonly clientKey: string;
  /** The signed root, in base64. */
  readonly rootEnvelope: string;
}
