/** Flags, the types of their values and what they read of the context. Made by `aplomb types`, not to be edited. @module */
// biome-ignore-all format: generated
// biome-ignore-all lint: generated
/* eslint-disable */

/** What values are made of. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
/** An object of JSON values. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** What each key reads: flags, and fields of their values by dotted path. */
export interface FlagValues {
  /** The checkout page in one step (team-payments) */
  readonly "checkout": { readonly button?: { readonly color: string; readonly label: string }; readonly enabled: boolean };
  readonly "checkout.button": { readonly color: string; readonly label: string };
  readonly "checkout.button.color": string;
  readonly "checkout.button.label": string;
  readonly "checkout.enabled": boolean;
  readonly "new-header": boolean;
  readonly "page-size": number;
  readonly "search-ranking": string;
}

/** What the rules of each flag read of the evaluation context. */
export interface FlagContexts {
  readonly "checkout": { readonly accountId: string | readonly string[]; readonly app: { readonly version: string | readonly string[] }; readonly country: string | readonly string[]; readonly email: string | readonly string[]; readonly targetingKey: number | string };
  readonly "new-header": { readonly accountId: number | string };
  readonly "page-size": object;
  readonly "search-ranking": { readonly targetingKey: number | string };
}

/** Every key that can be read. */
export type FlagKey = keyof FlagValues;
/** A flag's key, without a path. */
export type FlagName = keyof FlagContexts;
/** The keys whose values are of a type. */
export type FlagKeyOf<T> = { [K in FlagKey]: FlagValues[K] extends T ? K : never }[FlagKey];
/** What a key reads. */
export type FlagValue<K extends FlagKey> = FlagValues[K];
/** What a flag, or the flag of a path, reads of the context. */
export type FlagContext<K extends string> = K extends FlagName
  ? FlagContexts[K]
  : K extends `${infer Name extends FlagName & string}.${string}`
    ? FlagContexts[Name]
    : never;
