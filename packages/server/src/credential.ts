/** Who may ask for what: the keys of pages and services, and the gate that checks them. @module */
import { createHash, timingSafeEqual } from "node:crypto";
import { FlagError } from "@aplomb/core";
import { isAudience } from "./audience.js";
import { type Rate, rateProblem } from "./token-bucket.js";

/** What both kinds of credential say of the client that holds the key. */
export interface ClientTraits {
  /** The audience that the key opens. */
  readonly audience: string;
  /**
   * The client's name, as metrics and stored rows give it: 1 to 128 of `a-z 0-9 . _ -`. Several keys of one client share its rate.
   * Default: the audience of the key's first credential.
   */
  readonly client?: string;
  /** How often the client may call, all its keys and instances together. Default: as often as it likes. */
  readonly rate?: Rate;
}

/** The key of a page. It is public: whoever opens the page can read it, and the audience's bundle is public too. */
export interface BrowserCredential extends ClientTraits {
  readonly kind: "browser";
  /** 1 to 512 visible ASCII characters. */
  readonly key: string;
  /** Origins whose pages may use the key, such as "https://shop.example". Default: the endpoint's `allowedOrigins`. */
  readonly allowedOrigins?: readonly string[];
}

/** The secret key of a service, kept as its hash. The audience's bundle is private; pages may not use the key. */
export interface ServiceCredential extends ClientTraits {
  readonly kind: "service";
  /** Lower-case hex SHA-256 of the secret key's UTF-8 text. */
  readonly keySha256: string;
}

/**
 * A key and what it opens. Several may name one audience, so that keys rotate with an overlap; one key may open several audiences.
 * An audience is public as soon as one browser credential names it.
 */
export type ClientCredential = BrowserCredential | ServiceCredential;

/** Some origins; undefined for any. */
export type Origins = ReadonlySet<string> | undefined;

/** Whoever presented a known key. */
export interface Caller {
  /** The client's name. */
  readonly client: string;
  /** What the key opens. */
  readonly audiences: ReadonlySet<string>;
  /** From where pages may use the key. */
  readonly origins: Origins;
}

/** Decides who a request comes from. */
export interface Gate {
  /** Every audience that some credential names. */
  readonly audiences: ReadonlySet<string>;
  /** The rates of the clients that have one, by name. */
  readonly rates: ReadonlyMap<string, Rate>;
  /** Origins whose pages may use some key: before a request, browsers ask without naming one. */
  readonly origins: Origins;
  /** Origins whose pages may read an audience: those of its keys together. */
  originsOf(audience: string): Origins;
  /** Whether anybody may read this audience's manifest and bundles. */
  isPublic(audience: string): boolean;
  /**
   * The caller behind an `Authorization: Bearer` header; undefined for a missing, malformed or unknown key.
   *
   * Compares hashes in constant time and looks at every key, so that timing tells nothing about them.
   */
  identify(authorization: string | undefined): Caller | undefined;
}

const bearerPattern = /^bearer +([\x21-\x7e]{1,512}) *$/i;
const keyPattern = /^[\x21-\x7e]{1,512}$/;
const sha256Pattern = /^[0-9a-f]{64}$/;
const noOrigins: ReadonlySet<string> = new Set();

/** The key that an `Authorization: Bearer` header presents; undefined where it is missing or malformed. */
export function bearerKey(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : bearerPattern.exec(authorization)?.[1];
}

const sha256 = (text: string): Buffer => createHash("sha256").update(text, "utf8").digest();

/** What is wrong with a credential, without its key; undefined when nothing is. */
function problemOf(credential: ClientCredential): string | undefined {
  const { kind, audience, client, rate } = credential;
  if (!isAudience(audience)) {
    return `audience: "${audience}" is not an audience name; use 1 to 128 of a-z 0-9 . _ -`;
  }
  if (client !== undefined && !isAudience(client)) {
    return `client: "${client}" is not a client name; use 1 to 128 of a-z 0-9 . _ -`;
  }
  const wrongRate = rate && rateProblem(rate);
  if (wrongRate) return `rate.${wrongRate}`;
  if (kind === "browser") {
    if (typeof credential.key !== "string" || !keyPattern.test(credential.key)) {
      return "key: a browser credential needs the page's key, 1 to 512 visible ASCII characters";
    }
    const wrongOrigin = credential.allowedOrigins?.find((origin) => !isOrigin(origin));
    if (wrongOrigin === undefined) return undefined;
    return `allowedOrigins: "${wrongOrigin}" is not an origin; write it as browsers do, such as "https://shop.example"`;
  }
  if (kind !== "service") return 'kind: expected "browser" or "service"';
  if (typeof credential.keySha256 !== "string" || !sha256Pattern.test(credential.keySha256)) {
    return "keySha256: expected the lower-case hex SHA-256 of the secret key, 64 characters";
  }
  return undefined;
}

/** Whether a text is an origin as browsers write it in requests. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

/** What all credentials say together. */
interface KeyRing {
  readonly keys: Map<string, Caller & { readonly hash: Buffer }>;
  readonly rates: Map<string, Rate>;
  readonly originsOf: Map<string, Origins>;
  readonly publicAudiences: Set<string>;
}

/**
 * A gate for a list of credentials.
 *
 * @param allowedOrigins - Of the keys of pages that name none. Default: any.
 * @throws FlagError `OPTION` for a credential that cannot be used; the message names it, and never contains a key.
 */
export function createGate(credentials: readonly ClientCredential[], allowedOrigins?: readonly string[]): Gate {
  const ring: KeyRing = { keys: new Map(), rates: new Map(), originsOf: new Map(), publicAudiences: new Set() };
  credentials.forEach((credential, index) => {
    const problem = problemOf(credential) ?? addTo(ring, credential, allowedOrigins);
    if (problem) throw new FlagError("OPTION", `clients[${index}].${problem}`);
  });
  const { rates, originsOf, publicAudiences } = ring;
  const known = [...ring.keys.values()];
  return {
    audiences: new Set(credentials.map((credential) => credential.audience)),
    rates,
    origins: known.reduce<Origins>((all, { origins }) => union(all, origins), noOrigins),
    originsOf: (audience) => (originsOf.has(audience) ? originsOf.get(audience) : noOrigins),
    isPublic: (audience) => publicAudiences.has(audience),
    identify(authorization) {
      const key = bearerKey(authorization);
      if (key === undefined) return undefined;
      const presented = sha256(key);
      let found: Caller | undefined;
      for (const caller of known) if (timingSafeEqual(caller.hash, presented)) found = caller;
      return found;
    },
  };
}

/** Adds a credential to what the others say; answers with what it contradicts. */
function addTo(ring: KeyRing, credential: ClientCredential, allowedOrigins?: readonly string[]): string | undefined {
  const { keys, rates, originsOf, publicAudiences } = ring;
  const { audience, rate } = credential;
  const hash = credential.kind === "browser" ? sha256(credential.key) : Buffer.from(credential.keySha256, "hex");
  const id = hash.toString("hex");
  const known = keys.get(id);
  const client = credential.client ?? known?.client ?? audience;
  if (known && known.client !== client) return `client: the key is that of the client "${known.client}"`;
  const before = rates.get(client);
  if (rate && before && (rate.perSecond !== before.perSecond || rate.burst !== before.burst)) {
    return `rate: the client "${client}" has another rate already`;
  }
  if (rate) rates.set(client, rate);
  const origins = originsIn(credential, allowedOrigins);
  keys.set(id, {
    ...{ hash, client },
    audiences: new Set([...(known?.audiences ?? []), audience]),
    origins: known ? union(known.origins, origins) : origins,
  });
  originsOf.set(audience, originsOf.has(audience) ? union(originsOf.get(audience), origins) : origins);
  if (credential.kind === "browser") publicAudiences.add(audience);
  return undefined;
}

/** From where a credential's key may be used. */
function originsIn(credential: ClientCredential, allowedOrigins: readonly string[] | undefined): Origins {
  if (credential.kind === "service") return noOrigins;
  const origins = credential.allowedOrigins ?? allowedOrigins;
  return origins && new Set(origins);
}

/** All of both. */
function union(some: Origins, others: Origins): Origins {
  return some && others && new Set([...some, ...others]);
}
