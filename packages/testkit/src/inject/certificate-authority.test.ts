/** Holds bad certificates to being refused for the reason they were made for. @module */
import { createServer } from "node:http";
import { get } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CertificateAuthority,
  type CertificateInit,
  createCertificateAuthority,
} from "./certificate-authority.js";
import { startFaultProxy } from "./fault-proxy.js";

const upstream = createServer((_request, response) => response.end("secret"));
let authority: CertificateAuthority;
beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  authority = await createCertificateAuthority();
});
afterAll(async () => {
  upstream.close();
  await authority.close();
});

/** What a client that trusts the authority gets: the status, or the code of its error; and how many requests came through. */
async function ask(init: CertificateInit): Promise<[outcome: number | string | undefined, requests: number]> {
  const target = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const proxy = await startFaultProxy(target, { tls: await authority.issue(init) });
  const outcome = await new Promise<number | string | undefined>((resolve) => {
    get(proxy.url, { ca: authority.pem, agent: false }, (response) => resolve(response.resume().statusCode)).on(
      "error",
      (error: NodeJS.ErrnoException) => resolve(error.code),
    );
  });
  await proxy.close();
  return [outcome, proxy.requests.length];
}

describe("createCertificateAuthority", () => {
  test.each<{ name: string; init: CertificateInit; expected: [number | string, number] }>([
    { name: "good", init: {}, expected: [200, 1] },
    { name: "expired", init: { validUntil: new Date(Date.now() - 1_000) }, expected: ["CERT_HAS_EXPIRED", 0] },
    {
      name: "not yet valid",
      init: { validFrom: new Date(Date.now() + 3_600_000) },
      expected: ["CERT_NOT_YET_VALID", 0],
    },
    { name: "wrong host", init: { host: "elsewhere.test" }, expected: ["ERR_TLS_CERT_ALTNAME_INVALID", 0] },
    { name: "self-signed", init: { selfSigned: true }, expected: ["DEPTH_ZERO_SELF_SIGNED_CERT", 0] },
  ])("$name", async ({ init, expected }) => {
    expect(await ask(init)).toEqual(expected);
  });

  test("does one thing at a time", async () => {
    const issued = await Promise.all([authority.issue(), authority.issue()]);
    expect(new Set(issued.map(({ key }) => key)).size).toBe(2);
  });
});
