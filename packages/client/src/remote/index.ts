/** Flags that the endpoint resolves, for hosts to load when they are first needed. @module */
export { remoteFlags } from "./remote-flags.js";
