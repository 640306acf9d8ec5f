/** ConnectRPC: the watch stream. Services use it from the start, pages load it when they stream. @module */
export { fetchWatch } from "./fetch-watch.js";
export { watchBundle } from "./watch-bundle.js";
