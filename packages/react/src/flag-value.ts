/** The type a hook answers with, made from the type of the default it was given. @module */
import type { JsonValue, Widened } from "@aplomb/core";

/**
 * What a flag read with a default of type `T` can be.
 *
 * TypeScript infers `false` from the default `false`, but the flag may as well be `true`: booleans, numbers and strings are widened,
 * and so are booleans inside objects. Unions that an object type declares are kept.
 *
 * @example useFlag("checkout.enabled", false) // boolean, not false
 */
export type FlagValue<T extends JsonValue> = T extends object ? WidenBooleans<T> : Widened<T>;

type WidenBooleans<T> = {
  [K in keyof T]: T[K] extends boolean ? boolean : T[K] extends object ? WidenBooleans<T[K]> : T[K];
};
