/** What docs/operations says holds: metrics exist, alerts have runbooks, options are real, and heaps fit into their containers. @module */
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Audience, readClients } from "@aplomb/authoring";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { runHere } from "../testdata/run-here.js";
import { serveProject } from "./serve-project.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const shop = fileURLToPath(new URL("../../authoring/testdata/shop", import.meta.url));
const read = (name: string) => readFile(join(root, "docs/operations", name), "utf8");

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: { readonly severity?: string };
  readonly annotations?: { readonly summary?: string; readonly runbook?: string };
}

let exported: ReadonlyMap<string, string>;
let buckets: ReadonlySet<string>;
let rules: readonly Rule[];
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-operations-"));
  await cp(shop, dir, { recursive: true });
  const project = await serveProject({ dir, dev: true, port: 0, logger: false });
  await fetch(`${project.url}/healthz`);
  const text = await (await fetch(`${project.url}/metrics`)).text();
  await project.close();
  exported = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => [name, type]));
  buckets = new Set(
    [...text.matchAll(/^(\S+)_bucket\{(?:[^}]*,)?le="([^"]+)"/gm)].map(([, name, le]) => `${name} ${le}`),
  );
  const { groups } = parse(await read("alerts.yaml")) as { groups: { rules: Rule[] }[] };
  rules = groups.flatMap((group) => group.rules);
});
afterAll(() => rm(dir, { recursive: true }));

/** The metrics that an expression names. */
function metricsIn(expr: string): string[] {
  const withoutLabels = expr.replace(/\{[^}]*\}/g, "").replace(/\b(?:by|without) \([^)]*\)/g, "");
  return [...withoutLabels.matchAll(/\b(?:aplomb|nodejs|process)[a-z0-9_:]*/g)].map(([name]) => name);
}

/** Whether the endpoint exports a metric, or a rule records it. */
function isKnown(name: string): boolean {
  if (rules.some(({ record }) => record === name)) return true;
  const type = exported.get(name);
  if (type !== undefined) return type !== "histogram";
  return exported.get(name.replace(/_(?:bucket|count|sum)$/, "")) === "histogram";
}

/** What only an endpoint in a container exports. */
const conditional = ["aplomb_memory_limit_bytes"];

describe("alerts.yaml", () => {
  test("names only metrics that are exported or recorded", () => {
    const names = rules.flatMap(({ expr }) => metricsIn(expr));
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !isKnown(name))).toEqual([]);
  });

  test("asks only for bounds that histograms have", () => {
    const bounds = rules.flatMap(({ expr }) =>
      [...expr.matchAll(/(\w+)_bucket\{[^}]*le="([^"]+)"/g)].map(([, name, le]) => `${name} ${le}`),
    );
    // Those with labels show their bounds once something was observed: the endpoint's own requests were.
    const own = bounds.filter((bound) => bound.startsWith("aplomb_http_request"));
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((bound) => !buckets.has(bound))).toEqual([]);
  });

  test("every alert says what is wrong, how urgent it is, and which runbook is there", () => {
    const alerts = rules.filter(({ alert }) => alert !== undefined);
    expect(alerts.length).toBeGreaterThan(5);
    for (const { alert, labels, annotations } of alerts) {
      expect([alert, ["page", "ticket"].includes(labels?.severity ?? "")]).toEqual([alert, true]);
      expect(annotations?.summary).toMatch(/\.$/);
      expect([alert, existsSync(join(root, annotations?.runbook ?? "missing"))]).toEqual([alert, true]);
    }
  });

  test("burn rates are asked over a long and a short window, both recorded", () => {
    const burning = rules.filter(({ alert, expr }) => alert !== undefined && expr.includes(":ratio_rate"));
    for (const { expr } of burning) expect(new Set(metricsIn(expr)).size).toBe(2);
    expect(burning).toHaveLength(3);
  });
});

test("dashboard.json draws only metrics that are exported", async () => {
  const { panels } = JSON.parse(await read("dashboard.json")) as { panels: { targets: { expr: string }[] }[] };
  const names = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => metricsIn(expr)));
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter((name) => !isKnown(name) && !conditional.includes(name))).toEqual([]);
});

const mebibytes: Readonly<Record<string, number>> = { Mi: 1, Gi: 1_024 };

/** A quantity of memory such as "1Gi", in MiB. */
function memoryOf(quantity: string): number {
  const [, number = "", unit = ""] = /^(\d+)(Mi|Gi)$/.exec(quantity) ?? [];
  return Number(number) * (mebibytes[unit] ?? Number.NaN);
}

const heapIn = (text: string): number => Number(/--max-old-space-size=(\d+)/.exec(text)?.[1]);

interface Container {
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly resources: { readonly limits: { readonly memory: string }; readonly requests: { readonly memory: string } };
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly [probe: string]: unknown;
}

interface Manifest {
  readonly kind: string;
  readonly spec: {
    readonly template: {
      readonly spec: { readonly containers: readonly Container[] } & Readonly<Record<string, unknown>>;
    };
  };
}

describe("kubernetes.yaml", () => {
  let manifests: Manifest[];
  beforeAll(async () => {
    const documents = parseAllDocuments(await read("kubernetes.yaml"));
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
    manifests = documents.map((document): Manifest => document.toJS());
  });
  const podOf = () => {
    const pod = manifests.find(({ kind }) => kind === "StatefulSet")?.spec.template.spec;
    const [container] = pod?.containers ?? [];
    if (pod === undefined || container === undefined) throw new Error("there is no pod with a container");
    return { pod, container };
  };

  test("I-01: the heap's limit is at most three quarters of the memory limit, which is what is requested", () => {
    const { env, resources } = podOf().container;
    const heap = heapIn(env.find(({ name }) => name === "NODE_OPTIONS")?.value ?? "");
    expect(heap).toBeGreaterThan(0);
    expect(heap).toBeLessThanOrEqual(0.75 * memoryOf(resources.limits.memory));
    expect(resources.requests.memory).toBe(resources.limits.memory);
  });

  test("runs without rights, on a file system that it cannot write to, with all probes", () => {
    const { pod, container } = podOf();
    expect(container.securityContext).toEqual({
      ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    });
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true });
    const paths = ["startupProbe", "livenessProbe", "readinessProbe"].map((probe) => container[probe]);
    expect(paths).toMatchObject(["/healthz", "/healthz", "/readyz"].map((path) => ({ httpGet: { path } })));
    expect(manifests.map(({ kind }) => kind)).toContain("PodDisruptionBudget");
  });

  test("has time to drain, and gives only options that the command has", async () => {
    const { pod, container } = podOf();
    const delayMs = Number(/--drain-delay=(\d+)/.exec(container.args.join(" "))?.[1]);
    expect(Number(pod.terminationGracePeriodSeconds) * 1_000).toBeGreaterThan(delayMs + 5_000);
    expect(await unknownOptions(container.args)).toEqual([]);
  });
});

describe("Containerfile", () => {
  test("I-01: the heap is 70 % of the memory limit that it names; the process is no root; options are real", async () => {
    const text = await read("Containerfile");
    const limit = Number(/memory limit of (\d+) MiB/.exec(text)?.[1]);
    expect(heapIn(text)).toBe(Math.floor(0.7 * limit));
    expect(/^USER (\d+)/m.exec(text)?.[1]).toBe("10001");
    expect(text.match(/^FROM /gm)).toHaveLength(2);
    const command: string[] = JSON.parse(/^CMD (\[.*\])$/m.exec(text)?.[1] ?? "[]");
    expect(command[0]).toBe("serve");
    expect(await unknownOptions(command)).toEqual([]);
  });
});

/** The options among arguments that `aplomb serve` does not have. */
async function unknownOptions(args: readonly string[]): Promise<string[]> {
  const { stdout } = await runHere(["serve", "--help"]);
  return args.filter((arg) => arg.startsWith("--") && !stdout.includes(`${arg.split("=", 1)[0]} <`));
}

test("clients.yaml is a file of clients", async () => {
  const audiences = [
    { name: "web.production", kind: "browser" },
    { name: "service.production", kind: "service" },
  ] as Audience[];
  const { file, problems } = await readClients(join(root, "docs/operations/clients.yaml"), audiences);
  expect(problems).toEqual([]);
  expect(Object.keys(file?.clients ?? {})).toEqual(["web-shop", "billing"]);
});
