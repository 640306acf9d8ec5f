/** Imports a Confidence resolver state into an Aplomb bundle. @module */
export type { ImportByClient, ImportBySecret, ImportOptions } from "./import-options.js";
export { type ImportedState, importResolverState } from "./import-resolver-state.js";
