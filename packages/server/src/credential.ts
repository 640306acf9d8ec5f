/** Who may ask for what: the keys of pages and services, and the gate that checks them. @module */
import { createHash, timingSafeEqual } from "node:crypto";
import { FlagError } from "@aplomb/core";
import { isAudience } from "./audience.js";

/** The key of a page. It is public: whoever opens the page can read it, and the audience's bundle is public too. */
export interface BrowserCredential {
  readonly kind: "browser";
  /** The audience whose versions may be watched and whose exposures may be sent. */
  readonly audience: string;
  /** 1 to 512 visible ASCII characters. */
  readonly key: string;
}

/** The secret key of a service, kept as its hash. The audience's bundle is private. */
export interface ServiceCredential {
  readonly kind: "service";
  /** The audience whose bundle may be read, versions watched and exposures sent. */
  readonly audience: string;
  /** Lower-case hex SHA-256 of the secret key's UTF-8 text. */
  readonly keySha256: string;
}

/**
 * A key and what it opens. Several may name one audience, so that keys rotate with an overlap; one key may open several audiences.
 * An audience is public as soon as one browser credential names it.
 */
export type ClientCredential = BrowserCredential | ServiceCredential;

/** Whoever presented a known key. */
export interface Caller {
  /** What the key opens. */
  readonly audiences: ReadonlySet<string>;
}

/** Decides who a request comes from. */
export interface Gate {
  /** Every audience that some credential names. */
  readonly audiences: ReadonlySet<string>;
  /** Whether anybody may read this audience's manifest and bundles. */
  isPublic(audience: string): boolean;
  /**
   * The caller behind an `Authorization: Bearer` header; undefined for a missing, malformed or unknown key.
   *
   * Compares hashes in constant time and looks at every credential, so that timing tells nothing about the keys.
   */
  identify(authorization: string | undefined): Caller | undefined;
}

const bearerPattern = /^bearer +([\x21-\x7e]{1,512}) *$/i;
const keyPattern = /^[\x21-\x7e]{1,512}$/;
const sha256Pattern = /^[0-9a-f]{64}$/;

const sha256 = (text: string): Buffer => createHash("sha256").update(text, "utf8").digest();

/** The hash of a credential's key; throws when the credential cannot be used. */
function keyHashOf(credential: ClientCredential, index: number): Buffer {
  const where = `clients[${index}]`;
  if (!isAudience(credential.audience)) {
    throw new FlagError(
      "OPTION",
      `${where}.audience: "${credential.audience}" is not an audience name; use 1 to 128 of a-z 0-9 . _ -`,
    );
  }
  if (credential.kind === "browser") {
    if (typeof credential.key !== "string" || !keyPattern.test(credential.key)) {
      throw new FlagError(
        "OPTION",
        `${where}.key: a browser credential needs the page's key, 1 to 512 visible ASCII characters`,
      );
    }
    return sha256(credential.key);
  }
  if (credential.kind !== "service") {
    throw new FlagError("OPTION", `${where}.kind: expected "browser" or "service"`);
  }
  if (typeof credential.keySha256 !== "string" || !sha256Pattern.test(credential.keySha256)) {
    throw new FlagError(
      "OPTION",
      `${where}.keySha256: expected the lower-case hex SHA-256 of the secret key, 64 characters`,
    );
  }
  return Buffer.from(credential.keySha256, "hex");
}

/**
 * A gate for a list of credentials.
 *
 * @throws FlagError `OPTION` for a credential that cannot be used; the message names it, and never contains a key.
 */
export function createGate(credentials: readonly ClientCredential[]): Gate {
  const callers = new Map<string, { hash: Buffer; audiences: Set<string> }>();
  const publicAudiences = new Set<string>();
  credentials.forEach((credential, index) => {
    const hash = keyHashOf(credential, index);
    const id = hash.toString("hex");
    const caller = callers.get(id) ?? { hash, audiences: new Set<string>() };
    callers.set(id, caller);
    caller.audiences.add(credential.audience);
    if (credential.kind === "browser") publicAudiences.add(credential.audience);
  });
  const known = [...callers.values()];
  return {
    audiences: new Set(credentials.map((credential) => credential.audience)),
    isPublic: (audience) => publicAudiences.has(audience),
    identify(authorization) {
      const key = authorization === undefined ? undefined : bearerPattern.exec(authorization)?.[1];
      if (key === undefined) return undefined;
      const presented = sha256(key);
      let found: Caller | undefined;
      for (const caller of known) if (timingSafeEqual(caller.hash, presented)) found = caller;
      return found;
    },
  };
}
