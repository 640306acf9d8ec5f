/** Prints what publishing weighs and takes: bundle sizes for 100, 1,000 and 10,000 flags, and the time of each step. @module */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { gzipSync } from "node:zlib";
import {
  buildProject,
  directorySource,
  generateKeys,
  publishBundles,
  readKeys,
  verifyPublication,
  writeKeys,
} from "@aplomb/authoring";
import { checkBundle, openBundle, openRoot, verifyManifest } from "@aplomb/core";
import { nodeHost } from "../packages/node/src/node-host.js";

const countries = ["SE", "NO", "DK", "FI", "DE", "FR", "ES", "IT", "PL", "NL", "BE", "AT"];

/** A flag of a shop: half are switches, the others texts with a targeted rule and a split; each with rules by country. */
function flagFile(index: number): string {
  const key = `shop.area-${index % 40}.feature-${index}`.replaceAll(".", "-");
  const here = countries.slice(index % 6, (index % 6) + 5).join(", ");
  const rules = [
    `  - { name: beta, when: { all: [{ attribute: plan, equals: premium }, { attribute: country, in: [${here}] }] }, serve: ${index % 2 ? "steps" : "on"} }`,
    `  - { name: others, split: { ${index % 2 ? "steps: 30, one-page: 50, classic: 20" : "on: 50, off: 50"} } }`,
  ];
  const type = index % 2 ? "string\nvariants: { steps: steps, one-page: one-page, classic: classic }" : "boolean";
  return `key: ${key}\nclientVisible: true\ntype: ${type}\nrules:\n${rules.join("\n")}\n`;
}

/** The median time of a step, in milliseconds. */
async function medianMs(times: number, step: () => unknown): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < times; round++) {
    const startMs = performance.now();
    await step();
    taken.push(performance.now() - startMs);
  }
  return taken.sort((a, b) => a - b)[Math.floor(times / 2)] ?? 0;
}

async function figuresOf(flags: number): Promise<Record<string, string>> {
  const dir = mkdtempSync(join(tmpdir(), "aplomb-figures-"));
  try {
    mkdirSync(join(dir, "flags"));
    const clientKeySha256 = "0".repeat(64);
    const audiences = { "service.production": { kind: "service", environment: "production", clientKeySha256 } };
    writeFileSync(join(dir, "aplomb.yaml"), JSON.stringify({ trustDomain: "shop.example", audiences }));
    for (let index = 0; index < flags; index++) writeFileSync(join(dir, `flags/${index}.yaml`), flagFile(index));
    await writeKeys(join(dir, "keys"), await generateKeys({ trustDomain: "shop.example", atMs: Date.now() }));
    const keys = await readKeys(join(dir, "keys"));
    const startMs = performance.now();
    const { bundles, problems } = await buildProject(dir);
    const buildMs = performance.now() - startMs;
    const bundle = bundles[0];
    if (bundle === undefined) throw new Error(problems.map(({ message }) => message).join("; "));
    const publicDir = join(dir, "public");
    const publishMs = await medianMs(1, () => publishBundles(bundles, { dir: publicDir, keys, atMs: Date.now() }));
    const envelope = new Uint8Array(readFileSync(join(publicDir, "v1/service.production/manifest")));
    const trust = { root: openRoot(keys.rootEnvelope), audience: "service.production" };
    const { verifySignature } = nodeHost;
    const manifest = await verifyManifest(envelope, trust, { verifySignature });
    const verify = () => verifyManifest(envelope, trust, { verifySignature });
    const digest = async () => checkBundle(manifest, bundle.bytes, await nodeHost.digest(bundle.bytes));
    const whole = () =>
      verifyPublication(directorySource(publicDir), { rootEnvelope: keys.rootEnvelope, atMs: Date.now() });
    const ms = (value: number): string => `${value.toFixed(value < 10 ? 3 : 0)} ms`;
    return {
      "bundle, raw": `${bundle.bytes.length.toLocaleString("en")} B`,
      "bundle, gzip -9": `${gzipSync(bundle.bytes, { level: 9 }).length.toLocaleString("en")} B`,
      manifest: `${envelope.length} B`,
      "verify the manifest": ms(await medianMs(501, verify)),
      "digest of the bundle": ms(await medianMs(51, digest)),
      "open the bundle": ms(await medianMs(51, () => openBundle(bundle.bytes))),
      "aplomb verify, all of it": ms(await medianMs(5, whole)),
      "build from files": ms(buildMs),
      "check, sign, publish": ms(publishMs),
    };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

console.table({
  "100 flags": await figuresOf(100),
  "1,000 flags": await figuresOf(1_000),
  "10,000 flags": await figuresOf(10_000),
});
