/** The value of a flag, and why it is that value. @module */
import type { ClientDetails } from "@aplomb/client";
import type { JsonValue, Widened } from "@aplomb/core";
import { type FlagOptions, useReading } from "./use-reading.js";

/**
 * The value of a flag with its variant, reason, error code and `expose()`.
 *
 * As {@link useFlag}, but re-renders when any of that changes. A new bundle that answers the same is no change: the metadata
 * then goes on naming the bundle in which the answer last changed.
 *
 * @param key - `flag`, or `flag.path.to.field`.
 * @param defaultValue - Also says which type is expected. May be a new object in every render.
 * @example
 * const { value, variant, expose } = useFlagDetails("banner.text", "Hello", { expose: "manual" });
 */
export function useFlagDetails<T extends JsonValue>(
  key: string,
  defaultValue: T,
  options?: FlagOptions,
): ClientDetails<Widened<T>> {
  return useReading("details", key, defaultValue, options) as ClientDetails<Widened<T>>;
}
