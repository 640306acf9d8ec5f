/** Flags that the endpoint resolves, for hosts to load when they are first needed. @module */
export type { ExchangeIo } from "../http/exchange.js";
export { remoteFlags } from "./remote-flags.js";
