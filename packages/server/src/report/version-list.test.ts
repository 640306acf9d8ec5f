/** Which versions are listed: what was served, what clients say, and what they cannot make up. @module */
import { bundleBytes, createVirtualClock, fullRollout } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import type { InstanceReport } from "../exposure-store.js";
import { createOpenedBundles } from "../load/opened-bundles.js";
import { createServedVersions } from "../load/served-versions.js";
import type { Publication, PublishedManifest } from "../publication.js";
import { createVersionList } from "./version-list.js";

const bundleOf = (...keys: string[]) => {
  const flag = (key: string) => [key, { variants: [{ name: "on" }], rules: [fullRollout("r", "all", "on")] }];
  return bundleBytes({ segments: { all: {} }, flags: Object.fromEntries(keys.map(flag)) });
};
const bundles: Readonly<Record<string, Uint8Array>> = { aa: bundleOf("f"), bb: bundleOf("f", "g"), cc: bundleOf("g") };

/** A publication that serves one version after the other. */
function publicationOf(first: number, sha256: string) {
  let listener: (manifest: PublishedManifest) => void = () => {};
  const manifestOf = (version: number, digest: string): PublishedManifest => ({
    ...{
      audience: "web.test",
      ring: 0,
      bytes: new Uint8Array(),
      etag: '""',
      epoch: 1,
      version,
      sha256: digest,
      sizeBytes: 1,
    },
    ...{ issuedAtMs: 0, freshUntilMs: 0 },
  });
  let current = manifestOf(first, sha256);
  const publication: Publication = {
    audiences: () => ["web.test"],
    manifest: () => current,
    bundle: async (_audience, digest) => bundles[digest],
    remoteBundle: () => undefined,
    root: async () => undefined,
    onChange(told) {
      listener = told;
      return () => {};
    },
  };
  const serve = (version: number, digest: string) => {
    current = manifestOf(version, digest);
    listener(current);
  };
  return { publication, serve };
}

const claim = (version: number, sha256: string): InstanceReport => ({
  ...{ instanceId: "00", sdk: "", lastHeardAtMs: 0, version, sha256, ageMs: 0, rejectedVersion: 0, rejectedCode: "" },
  ...{ quarantinedFlags: [], lost: 0, missingRecords: 0 },
});

function listOf(first: number, sha256: string) {
  const { publication, serve } = publicationOf(first, sha256);
  const clock = createVirtualClock();
  const served = createServedVersions(publication, clock);
  const bundles = createOpenedBundles(publication, () => undefined);
  return { clock, serve, list: createVersionList({ publication, served, bundles }).list };
}

describe("versions", () => {
  test("that were served, newest first, each with what it changed", async () => {
    const { clock, serve, list } = listOf(3, "aa");
    serve(4, "bb");
    serve(5, "cc");
    const lines = await list("web.test", [{ version: 4, instances: 7 }], []);
    expect(lines).toMatchObject([
      {
        version: 5,
        isCurrent: true,
        instances: 0,
        changes: [{ flag: "f", kind: "removed" }],
        servedSinceMs: clock.nowMs(),
      },
      { version: 4, isCurrent: false, instances: 7, changes: [{ flag: "g", kind: "added" }] },
      { version: 3, changes: undefined, servedSinceMs: undefined, comparedWith: undefined },
    ]);
  });

  test.each([
    { name: "an earlier one whose bundle is kept", version: 4, sha256: "aa", changes: [{ flag: "g" }], listed: true },
    { name: "an earlier one whose bundle is not kept", version: 4, sha256: "ff", changes: undefined, listed: true },
    { name: "one that is yet to come", version: 6, sha256: "aa", changes: undefined, listed: false },
    { name: "none", version: 0, sha256: "", changes: undefined, listed: false },
  ])("that clients claim: $name", async ({ version, sha256, changes, listed }) => {
    const { list } = listOf(5, "bb");
    const lines = await list("web.test", [{ version, instances: 2 }], [claim(version, sha256)]);
    expect(lines.map((line) => line.version)).toEqual(listed ? [5, version] : [5]);
    if (changes) expect(lines[0]).toMatchObject({ changes });
    else expect(lines[0]?.changes).toBeUndefined();
  });

  test("made up by the hundred do not crowd out the others", async () => {
    const { serve, list } = listOf(500, "aa");
    serve(1_000, "bb");
    const running = Array.from({ length: 400 }, (_, i) => ({ version: 600 + i, instances: 1 }));
    const reports = running.map(({ version }) => claim(version, "aa"));
    const lines = await list("web.test", [...running, { version: 499, instances: 40 }], reports);
    expect(lines).toHaveLength(10);
    expect(lines.map(({ version }) => version)).toEqual(expect.arrayContaining([1_000, 500, 499]));
  });

  test("are what most say they are", async () => {
    const { list } = listOf(5, "bb");
    const reports = [claim(4, "ff"), claim(4, "aa"), claim(4, "aa")];
    const lines = await list("web.test", [{ version: 4, instances: 3 }], reports);
    expect(lines[1]).toMatchObject({ version: 4, sha256: "aa" });
  });
});
