/** For pages that a server rendered first: a provider that starts from the server's snapshot. @module */
"use client";

export type { ExposureToken, FlagSnapshot, SnapshotFlag } from "../flag-snapshot.js";
export { HydratedFlagProvider, type HydratedFlagProviderProps } from "./hydrated-flag-provider.js";
