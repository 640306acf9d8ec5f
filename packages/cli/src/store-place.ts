/** Where exposures are kept, as a command line means it. @module */

/** A database by its URL, or a file. */
export type StorePlace = { readonly databaseUrl: string } | { readonly dataFile: string };

/**
 * The PostgreSQL database that is meant, if one is: what `DATABASE_URL` names, unless `--data` names a file.
 *
 * @param dataFile - What `--data` named.
 */
export function databaseUrlOf(
  dataFile: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  return dataFile === undefined && env.DATABASE_URL ? env.DATABASE_URL : undefined;
}
