/** The evaluation context: the attributes an evaluation reads. @module */

/**
 * What an evaluation knows of its subject: a targeting key and any other attributes.
 *
 * Attributes are JSON values; a `Date` counts as its ISO 8601 text, and what JSON cannot hold counts as absent.
 * Read, never changed, never kept.
 */
export interface EvaluationContext {
  /** Who or what the flag is evaluated for; the default unit of percentage splits. */
  readonly targetingKey?: string;
  readonly [attribute: string]: unknown;
}
