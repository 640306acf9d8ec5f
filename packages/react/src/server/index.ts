/** Flags on a server: for server components, and for pages that are rendered there first. Needs no React. @module */
export type { ExposureToken, FlagSnapshot, SnapshotFlag } from "../flag-snapshot.js";
export { createSnapshot, type SnapshotOptions } from "./create-snapshot.js";
export { type GetFlagOptions, getFlag } from "./get-flag.js";
export { snapshotJson } from "./snapshot-json.js";
