/** What the check does with the running demo, and what it finds. @module */
import { join } from "node:path";
import { bytesToHex } from "@aplomb/core";
import { openEmbeddedStore } from "@aplomb/server";
import { demoFlags } from "../demo-flags.js";
import type { Outcome } from "../outcome.js";
import { SHOPPER_COUNT } from "../shoppers.js";
import type { Demo } from "../start-demo.js";
import { compareAssignments, type FlagAgreement } from "./compare-assignments.js";
import { compareExposures, type ExposureRow, type ExposureVerdict } from "./compare-exposures.js";
import { EDITED, editCheckout } from "./edit-flag.js";
import type { CheckedPage } from "./open-page.js";
import type { Steps } from "./steps.js";

/** How fast an edit must arrive. */
export const EDIT_LIMIT_MS = 2_000;

/** Everything the check found. */
export interface Findings {
  readonly before: readonly FlagAgreement[];
  readonly after: readonly FlagAgreement[];
  /** From the write of the file to the change, in milliseconds. */
  readonly latencyMs: { readonly service: number; readonly page: number };
  readonly exposures: readonly (ExposureVerdict & { readonly audience: string })[];
  /** How many shoppers the edit moved to another checkout. */
  readonly moved: number;
  readonly pageLoads: number;
  readonly pageErrors: readonly string[];
}

interface Both {
  readonly service: readonly Outcome[];
  readonly page: readonly Outcome[];
}

/**
 * Evaluates, edits, evaluates again, flushes, and reads the database when its server has ended.
 *
 * @param projectDirectory - A copy: its files are edited.
 */
export async function checkDemo(
  demo: Demo,
  page: CheckedPage,
  projectDirectory: string,
  steps: Steps,
): Promise<Findings> {
  const { service, audiences } = demo;
  const count = SHOPPER_COUNT * demoFlags.size;
  const evaluateBoth = async (buttonEnd: string): Promise<Both> => ({
    service: await service.evaluateAll(),
    page: await page.outcomes(count, buttonEnd),
  });
  const evaluated = ({ page: outcomes }: Both) => `${SHOPPER_COUNT} shoppers, ${outcomes.length} outcomes on each side`;

  const before = await steps.run("Evaluate in Node and in Chromium", () => evaluateBoth(""), evaluated);
  const latencyMs = await steps.run(
    "Edit flags/checkout.yaml",
    () => editAndWait(demo, page, projectDirectory),
    (it) => `Node followed in ${it.service} ms, the page in ${it.page} ms`,
  );
  const after = await steps.run("Evaluate again", () => evaluateBoth(EDITED), evaluated);
  await steps.run("Flush both", () => flushBoth(demo, page));
  const seen = { pageLoads: page.loads(), pageErrors: [...page.errors] };

  const rows = await steps.run(
    "End the endpoint and read its database",
    () => readRows(demo),
    (all) => `${[...all.values()].flat().length} exposures`,
  );
  const verdictOf = (audience: string, outcomes: readonly Outcome[]) => ({
    audience,
    ...compareExposures(idsOf(outcomes), rows.get(audience) ?? []),
  });
  return {
    ...seen,
    latencyMs,
    before: compareAssignments(before.service, before.page),
    after: compareAssignments(after.service, after.page),
    moved: movedBetween(before.service, after.service),
    exposures: [
      verdictOf(audiences.service, [...before.service, ...after.service]),
      verdictOf(audiences.page, [...before.page, ...after.page]),
    ],
  };
}

async function editAndWait(demo: Demo, page: CheckedPage, projectDirectory: string): Promise<Findings["latencyMs"]> {
  const serviceAtMs = new Promise<number>((resolve) => {
    const end = demo.service.on("changed", ({ button, atMs }) => {
      if (!button.endsWith(EDITED)) return;
      end();
      resolve(atMs);
    });
  });
  const [service, inPage, editedAtMs] = await Promise.all([
    serviceAtMs,
    page.buttonChanged(EDITED),
    editCheckout(join(projectDirectory, "flags/checkout.yaml")),
  ]);
  return { service: service - editedAtMs, page: inPage - editedAtMs };
}

async function flushBoth({ service }: Demo, page: CheckedPage): Promise<void> {
  const { pending, dropped } = await service.flush();
  if (pending + dropped > 0)
    throw new Error(`the service could not send everything: ${pending} pending, ${dropped} dropped`);
  const left = await page.flush();
  if (left > 0) throw new Error(`the page could not send everything: ${left} records are left`);
}

/** What is on disk once nobody writes any more, by audience. */
async function readRows({ service, project, audiences }: Demo): Promise<ReadonlyMap<string, readonly ExposureRow[]>> {
  await service.stop();
  await project.close();
  const store = await openEmbeddedStore(project.dataFile);
  const rows = new Map<string, ExposureRow[]>();
  for (const audience of Object.values(audiences)) {
    const ofAudience: ExposureRow[] = [];
    for await (const { exposureId, timesReported } of store.readExposures({ audience })) {
      ofAudience.push({ exposureId: bytesToHex(exposureId), timesReported });
    }
    rows.set(audience, ofAudience);
  }
  await store.close();
  return rows;
}

function idsOf(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.map(({ exposureId }) => exposureId).filter((id) => id !== "");
}

function movedBetween(before: readonly Outcome[], after: readonly Outcome[]): number {
  const variants = new Map(before.map(({ shopper, flag, variant }) => [`${shopper} ${flag}`, variant]));
  return after.filter(({ shopper, flag, variant }) => variants.get(`${shopper} ${flag}`) !== variant).length;
}
