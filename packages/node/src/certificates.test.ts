/** N-10: certificates that nobody should trust, over real TLS. @module */
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { until } from "@aplomb/testkit";
import { type CertificateAuthority, createCertificateAuthority, startFaultProxy } from "@aplomb/testkit/fault-proxy";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type FailureRig, good, next, startFailureRig } from "./testing/failure-rig.js";
import { unrefWatch } from "./unref-watch.js";

let rig: FailureRig;
beforeEach(async () => {
  rig = await startFailureRig();
});
afterEach(() => rig.close());

describe("N-10 certificates", () => {
  let authority: CertificateAuthority;
  beforeAll(async () => {
    authority = await createCertificateAuthority();
  });
  afterAll(() => authority.close());

  test.each([
    { name: "of an unknown authority", init: {} },
    { name: "expired", init: { validFrom: new Date(Date.now() - 9e8), validUntil: new Date(Date.now() - 8e8) } },
    { name: "for another host", init: { host: "flags.example.com" } },
    { name: "self-signed", init: { selfSigned: true } },
  ])("$name: nothing is asked, nothing is read", async ({ init }) => {
    rig.endpoint.publish(next);
    const proxy = await startFaultProxy(rig.endpoint.url, { tls: await authority.issue(init) });
    const watched = rig.start({ endpoint: proxy.url, bootstrap: good });
    await until(() => watched.client.status.error !== undefined);
    expect(watched.client.status).toMatchObject({ bundleVersion: 5, error: { code: "UNREACHABLE" } });
    expect(watched.client.status.error?.message).toMatch(/certificate|altname|verify|signed/i);
    expect([proxy.requests.length, rig.endpoint.requests.length, watched.variant()]).toEqual([0, 0, "on"]);
    await proxy.close();
  });

  test("the stream, too, refuses a certificate that nobody vouches for", async () => {
    const heads: string[] = [];
    const server = createServer(await authority.issue({ selfSigned: true }), (request, response) => {
      heads.push(request.url ?? "");
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const watch = unrefWatch({ endpoint: `https://127.0.0.1:${port}`, clientKey: "secret", audience: "api.test" });
    await expect(watch(() => {}, new AbortController().signal)).rejects.toThrow();
    expect(heads).toEqual([]);
    server.close();
  });

  test("no source of what is installed touches how TLS is checked", () => {
    const touching = /rejectUnauthorized|NODE_TLS_REJECT|checkServerIdentity|secureProtocol|minVersion:\s*"TLS|\bca:\s/;
    for (const name of ["client", "node", "browser", "core"]) {
      const folder = fileURLToPath(new URL(`../../${name}/src`, import.meta.url));
      const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
        /(?<!test)\.ts$/.test(path),
      );
      expect(sources.length).toBeGreaterThan(5);
      expect(sources.filter((path) => touching.test(readFileSync(`${folder}/${path}`, "utf8")))).toEqual([]);
    }
  });
});
