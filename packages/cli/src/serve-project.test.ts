/** A project served in this process: what it answers with, and that it ends. @module */
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { endpointSource, verifyPublication } from "@aplomb/authoring";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ProjectError } from "./project-error.js";
import type { RunningProject } from "./running-project.js";
import { type ServeOptions, serveProject } from "./serve-project.js";

const shop = fileURLToPath(new URL("../../authoring/testdata/shop", import.meta.url));

let dir: string;
let project: RunningProject | undefined;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-project-"));
  await cp(shop, dir, { recursive: true });
});
afterEach(async () => {
  await project?.close();
  project = undefined;
  await rm(dir, { recursive: true });
});

const serve = async (options: Partial<ServeOptions> = {}): Promise<RunningProject> => {
  project = await serveProject({ dir, dev: true, port: 0, logger: false, ...options });
  return project;
};

describe("serveProject", () => {
  test("gives everything that a client needs", async () => {
    const { url, rootEnvelope, audiences, published } = await serve();
    const root = Buffer.from(rootEnvelope, "base64");
    const source = endpointSource(url, { clientKey: "shop-service-secret" });
    const names = audiences.map(({ name }) => name);
    const verdict = await verifyPublication(source, { rootEnvelope: root, audiences: names, atMs: Date.now() });
    expect(verdict.audiences.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(published().map(({ manifest }) => manifest.version)).toEqual([1, 1, 1]);
  });

  test("resolves what pages are not told, over HTTP and, where a port is given, over gRPC", async () => {
    const flag = "key: vip\ntype: boolean\nclientVisible: remote\n";
    const rules = "rules: [{ name: r, when: { attribute: email, equals: jane@shop.example }, serve: on }]\n";
    await writeFile(join(dir, "flags/vip.yaml"), flag + rules);
    const { url, grpcPort, audiences } = await serve({ grpcPort: 0 });
    const key = audiences.find(({ name }) => name === "web.production")?.clientKey ?? "";
    const ask = async (email: string): Promise<unknown> => {
      const headers = { "x-api-key": key, "content-type": "application/json" };
      const init = { method: "POST", headers, body: JSON.stringify({ context: { email } }) };
      return (await fetch(`${url}/ofrep/v1/evaluate/flags/vip`, init)).json();
    };
    expect(await ask("jane@shop.example")).toMatchObject({ key: "vip", value: true, variant: "on" });
    expect(await ask("joe@shop.example")).toMatchObject({ key: "vip", reason: "DEFAULT" });
    expect(grpcPort).toBeGreaterThan(0);
  });

  test("has a console, and asks for its token where there is one", async () => {
    const open = await serve();
    expect((await fetch(`${open.consoleUrl}/data`)).status).toBe(200);
    await open.close();
    const { consoleUrl } = await serve({ host: "0.0.0.0", consoleTokenSha256: "0".repeat(64) });
    expect((await fetch(`${consoleUrl}/data`)).status).toBe(401);
  });

  test("calls back when there is a new version, once the endpoint serves it", async () => {
    const { url, rootEnvelope, onPublished } = await serve({ watch: true });
    const seen = new Promise<number>((resolve) => {
      onPublished(async () => {
        const source = endpointSource(url);
        const options = { rootEnvelope: Buffer.from(rootEnvelope, "base64"), audiences: ["web.staging"], atMs: 0 };
        resolve((await verifyPublication(source, options)).audiences[0]?.manifest?.version ?? 0);
      });
    });
    await writeFile(join(dir, "flags/another.yaml"), "key: another\ntype: boolean\nclientVisible: true\n");
    expect(await seen).toBe(2);
  });

  test("keys that were lost are made anew, in a higher epoch", async () => {
    const first = await serve();
    await first.close();
    await rm(join(dir, ".aplomb/keys"), { recursive: true });
    const later = { nowMs: () => Date.now() + 60_000, setTimer: () => () => undefined };
    const second = await serve({ clock: later });
    const [before, after] = [first, second].map((one) => one.published()[0]?.manifest);
    expect(after?.version).toBe(1);
    expect(after?.epoch).toBeGreaterThan(before?.epoch ?? 0);
  });

  test("files with errors are an error at the start, and nothing is made", async () => {
    await writeFile(join(dir, "flags/bad.yaml"), "key: bad");
    await expect(serve()).rejects.toBeInstanceOf(ProjectError);
    await expect(serve()).rejects.toThrow(/^flags\/bad\.yaml:1:1: error: "type" is missing/);
    await expect(rm(join(dir, ".aplomb"), { recursive: true })).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("a database that cannot be opened is an error, and the port is free", async () => {
    await writeFile(join(dir, "file"), "");
    await expect(serve({ dataFile: join(dir, "file/exposures.db") })).rejects.toMatchObject({ code: "OPTION" });
  });

  test("closing twice is closing once", async () => {
    const { close, url } = await serve();
    await Promise.all([close(), close()]);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });
});
