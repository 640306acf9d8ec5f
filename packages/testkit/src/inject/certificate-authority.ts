/** A certificate authority for one test, made with the openssl command: good certificates, expired ones, wrong ones. @module */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const DAY_MS = 86_400_000;

/** A key and its certificate, as PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Whom a certificate is for, and when. */
export interface CertificateInit {
  /** A host name or an IP address. Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: a day ago. */
  readonly validFrom?: Date;
  /** In the past for an expired certificate. Default: in a day. */
  readonly validUntil?: Date;
  /** Signed with its own key instead of the authority's. Default: false. */
  readonly selfSigned?: boolean;
}

/** The authority. */
export interface CertificateAuthority {
  /** Its own certificate, as PEM: whoever trusts it trusts what it issues. */
  readonly pem: string;
  issue(init?: CertificateInit): Promise<Certificate>;
  /** Removes its files. */
  close(): Promise<void>;
}

const CONFIG = `[ca]
default_ca = own
[own]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
`;
const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-config", "ca.cnf"];

/**
 * Makes an authority in a temporary directory; about 20 ms, and as much for each certificate.
 *
 * @throws Error if there is no openssl.
 * @example
 * const authority = await createCertificateAuthority();
 * const expired = await authority.issue({ validUntil: new Date(Date.now() - 1_000) });
 * const proxy = await startFaultProxy(endpoint.url, { tls: expired });
 */
export async function createCertificateAuthority(): Promise<CertificateAuthority> {
  const cwd = await mkdtemp(join(tmpdir(), "aplomb-ca-"));
  const openssl = (...args: string[]): Promise<unknown> => promisify(execFile)("openssl", args, { cwd });
  const read = (name: string): Promise<string> => readFile(join(cwd, name), "utf8");
  await Promise.all([writeFile(join(cwd, "ca.cnf"), CONFIG), writeFile(join(cwd, "index.txt"), "")]);
  await openssl(
    "req",
    "-x509",
    ...NEW_KEY,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-subj",
    "/CN=Aplomb test authority",
  );

  async function issue({ host = "127.0.0.1", selfSigned, ...validity }: CertificateInit): Promise<Certificate> {
    const { validFrom = new Date(Date.now() - DAY_MS), validUntil = new Date(Date.now() + DAY_MS) } = validity;
    const names = `subjectAltName=${isIP(host) ? "IP" : "DNS"}:${host}`;
    await openssl("req", "-new", ...NEW_KEY, "-keyout", "key", "-out", "csr", "-subj", `/CN=${host}`, "-addext", names);
    const dates = ["-startdate", opensslTime(validFrom), "-enddate", opensslTime(validUntil)];
    const signer = selfSigned ? ["-selfsign", "-keyfile", "key"] : ["-cert", "ca.pem", "-keyfile", "ca.key"];
    await openssl("ca", "-batch", "-notext", "-config", "ca.cnf", ...signer, ...dates, "-in", "csr", "-out", "cert");
    return { key: await read("key"), cert: await read("cert") };
  }

  // One at a time: the files of a certificate have fixed names.
  let last: Promise<unknown> = Promise.resolve();
  return {
    pem: await read("ca.pem"),
    issue(init = {}) {
      const issued = last.then(() => issue(init));
      last = issued.catch(() => {});
      return issued;
    },
    close: () => rm(cwd, { recursive: true, force: true }),
  };
}

/** `20260131235959Z` */
function opensslTime(date: Date): string {
  return `${date.toISOString().replace(/\D/g, "").slice(0, 14)}Z`;
}
