/** The file of clients: who may call an endpoint, as written. @module */

/** All clients, by name. */
export interface ClientsFile {
  readonly clients: Readonly<Record<string, ClientEntry>>;
}

/** One client. Pages have `keys`, services `keysSha256`. */
export interface ClientEntry {
  readonly audiences: readonly string[];
  readonly keys?: readonly string[];
  /** Lower-case hex SHA-256 of each secret key. */
  readonly keysSha256?: readonly string[];
  readonly origins?: readonly string[];
  readonly rate?: { readonly perSecond: number; readonly burst?: number };
}
