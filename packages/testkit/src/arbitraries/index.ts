/** Random bundles and contexts that collide often. @module */
export { bundles } from "./bundles.js";
export { contexts, materializationRecords } from "./contexts.js";
