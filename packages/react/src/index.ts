/** React bindings: a provider, and hooks that read flags. @module */
"use client";

export { Flag, type FlagProps } from "./flag.js";
export { FlagProvider, type FlagProviderProps } from "./flag-provider.js";
export { useFlag } from "./use-flag.js";
export { useFlagClient } from "./use-flag-client.js";
export { useFlagDetails } from "./use-flag-details.js";
export { useFlagStatus } from "./use-flag-status.js";
export type { FlagOptions } from "./use-reading.js";
export { useSuspenseFlag } from "./use-suspense-flag.js";
export { useTrack } from "./use-track.js";
