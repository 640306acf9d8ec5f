/** The value of a flag. @module */
import type { JsonValue, Widened } from "@aplomb/core";
import { useSyncExternalStore } from "react";
import { type FlagOptions, useReading, useShown } from "./use-reading.js";

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
  const reading = useReading(key, defaultValue);
  const value = useSyncExternalStore(reading.client.subscribe, reading.value, reading.value);
  useShown(reading, reading.details(), options);
  return value as Widened<T>;
}
