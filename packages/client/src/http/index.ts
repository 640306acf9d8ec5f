/** Plain HTTP: how bundles arrive and exposures leave. @module */
export type { ExchangeIo } from "./exchange.js";
export { httpSink } from "./http-sink.js";
export { httpSource } from "./http-source.js";
