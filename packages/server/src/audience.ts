/** The names of audiences, as URLs and directories carry them. @module */

const audiencePattern = /^[a-z0-9][a-z0-9._-]{0,127}$/;

/**
 * Whether a text can name an audience: 1 to 128 of `a-z 0-9 . _ -`, beginning with a letter or digit.
 *
 * `root` is kept for trust roots. No such name can leave the directory it is looked up in.
 *
 * @example isAudience("web.production") // true
 * @example isAudience("../secret") // false
 */
export function isAudience(name: string): boolean {
  return audiencePattern.test(name) && name !== "root";
}
