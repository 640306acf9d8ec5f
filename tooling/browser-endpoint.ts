/** Lends the browser tests real endpoints: Vitest runs this once, before the first of them. @module */
import { startEndpointControl } from "@aplomb/testkit/endpoint-control";
import type { TestProject } from "vitest/node";

/** What a browser test gets from `inject("endpoint")`. */
export interface BrowserEndpoint {
  /** Where `startRemoteEndpoint` of the test kit asks for endpoints. */
  readonly url: string;
}

/** Starts the control, tells the tests where it is, and returns the function that ends it. */
export default async function startBrowserEndpoint(project: TestProject): Promise<() => Promise<void>> {
  const control = await startEndpointControl();
  project.provide("endpoint", { url: control.url });
  project.provide("isDeep", process.env.APLOMB_DEEP === "1");
  return control.close;
}

declare module "vitest" {
  interface ProvidedContext {
    readonly endpoint: BrowserEndpoint;
    /** Whether the numbers are those of the deep run. */
    readonly isDeep: boolean;
  }
}
