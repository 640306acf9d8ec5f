/** The bundles of files that a test writes in place. @module */
import { allocateProject } from "../src/allocate/allocate-project.js";
import { NO_ALLOCATION } from "../src/allocation.js";
import type { BuiltBundle } from "../src/built-bundle.js";
import { selectForAudience } from "../src/select/select-for-audience.js";
import { validateProject } from "../src/validate/validate-project.js";
import { buildBundle } from "./build-bundle.js";
import { sourcesOf } from "./sources-of.js";

const PROJECT = `
trustDomain: shop.example
audiences:
  service.production: { kind: service, environment: production, clientKeySha256: "${"a".repeat(64)}" }
  web.production: { kind: browser, environment: production, clientKey: web-shop }
`;

/** A bundle for each audience. There is an aplomb.yaml with a service and a page unless one is given. */
export function bundlesOf(files: Readonly<Record<string, string>>): BuiltBundle[] {
  const { project, problems } = validateProject(sourcesOf({ "aplomb.yaml": PROJECT, ...files }));
  if (project === undefined) throw new Error(JSON.stringify(problems));
  const allocation = allocateProject(project, NO_ALLOCATION);
  return project.audiences.map((audience) => buildBundle(selectForAudience(project, audience), allocation));
}

/** The service's bundle of files, as bytes. */
export function bundleOf(files: Readonly<Record<string, string>>): Uint8Array {
  return bundlesOf(files)[0]?.bytes ?? new Uint8Array();
}
