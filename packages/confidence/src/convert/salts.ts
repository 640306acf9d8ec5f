/** The salts that the source platform derives from names. @module */

/**
 * The salt of every segment's allocation.
 *
 * @param account - The account's id; what follows a slash in it does not count.
 */
export function allocationSaltOf(account: string): string {
  return `MegaSalt-${account.split("/", 1)[0]}`;
}

/**
 * The salt of a rule: its segment's id, which is what stands between the first and the second slash of the name.
 *
 * @returns Undefined for a name without a slash: bucketing is then an error when it is reached.
 */
export function ruleSaltOf(segment: string): string | undefined {
  return segment.split("/", 2)[1];
}
