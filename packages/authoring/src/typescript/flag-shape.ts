/** What code may know of a flag: the types of its reads, and what its rules read of the context. @module */

/** A TypeScript type, as text. */
export type TypeText = string;

/** One flag. */
export interface FlagShape {
  readonly key: string;
  /** For people; empty where bundles do not carry it. */
  readonly description: string;
  readonly owner: string;
  /** Types by the key that code reads: the flag's, and dotted paths below it. In the order of the schema. */
  readonly reads: ReadonlyMap<string, TypeText>;
  /** Types of the attributes that its rules, their segments and prerequisites read, by dotted path; units included. */
  readonly attributes: ReadonlyMap<string, ReadonlySet<TypeText>>;
}
