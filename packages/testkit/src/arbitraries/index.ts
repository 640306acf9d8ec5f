/** Random bundles and contexts that collide often, and some that should not be. @module */
export { bundles } from "./bundles.js";
export { contexts, materializationRecords } from "./contexts.js";
export { curiousBundle } from "./curious-bundle.js";
export { bundlesWithDamagedEntries, damagedBundles } from "./damaged-bundles.js";
export { everyHostileContext, type HostileContext, hostileContexts } from "./hostile-contexts.js";
export { anyJson, anyText, messageInits, plainOf } from "./messages.js";
export { wildBundles } from "./wild-bundles.js";
