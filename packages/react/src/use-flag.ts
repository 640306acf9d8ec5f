/** The value of a flag. @module */
import type { JsonValue, Widened } from "@aplomb/core";
import { type FlagOptions, useReading } from "./use-reading.js";

/**
 * The value of a flag, for whoever the nearest provider's context describes.
 *
 * Evaluated in render, without side effects; exposed after the commit, once. Re-renders when the value changes and at no
 * other time. Never throws and never suspends: what cannot be answered is the default.
 *
 * @param key - `flag`, or `flag.path.to.field`.
 * @param defaultValue - Also says which type is expected. May be a new object in every render.
 * @example const enabled = useFlag("checkout.enabled", false);
 */
export function useFlag<T extends JsonValue>(key: string, defaultValue: T, options?: FlagOptions): Widened<T> {
  return useReading("value", key, defaultValue, options) as Widened<T>;
}
