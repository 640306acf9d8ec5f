/** For whom a state is imported. @module */

/** For the client that a secret belongs to, in the environments of its credential. */
export interface ImportBySecret {
  /** The account's id, without `accounts/`. May be left out when the state comes in an envelope, which names it. */
  readonly account?: string | undefined;
  /** What the client would ask the source platform with. It does not get into the bundle. */
  readonly clientSecret: string;
}

/** For a client by its name, in some environments. */
export interface ImportByClient {
  /** The account's id, without `accounts/`. May be left out when the state comes in an envelope, which names it. */
  readonly account?: string | undefined;
  /** The client's name as the state writes it: `clients/web`. */
  readonly client: string;
  /** Names as the state writes them. With none, a rule that asks for an environment never applies. */
  readonly environments: readonly string[];
}

/** For whom a state is imported. */
export type ImportOptions = ImportBySecret | ImportByClient;
