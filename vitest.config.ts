/** One test run for the whole repository: Node, happy-dom and real Chromium, all on sources. @module */
import { playwright } from "@vitest/browser-playwright";
import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";
import { chromiumArgs, chromiumHint, findChromium } from "./packages/testkit/src/chromium.js";

const chromium = findChromium();
if (!chromium && process.env.CI) throw new Error(chromiumHint);
if (!chromium) console.warn(`Browser tests are left out: ${chromiumHint}`);

const isDeep = process.env.APLOMB_DEEP === "1";
const browserTests = "**/*.browser.test.{ts,tsx}";
const leftOut = ["**/node_modules/**", "**/dist/**"];

const browserProject = {
  extends: true as const,
  // Prebundled up front: a dependency found late makes Vite reload the page in the middle of a run.
  optimizeDeps: {
    include: [
      "@bufbuild/protobuf",
      "@bufbuild/protobuf/codegenv2",
      "@bufbuild/protobuf/wkt",
      "@connectrpc/connect",
      "@connectrpc/connect-web",
      "@noble/ed25519",
      "fast-check",
      "idb-keyval",
      "react",
      "react-dom",
      "react-dom/client",
      "react-dom/server",
      "react/jsx-dev-runtime",
    ],
  },
  test: {
    name: "browser",
    include: ["packages/*/src/**/*.browser.test.{ts,tsx}"],
    globalSetup: ["./tooling/browser-endpoint.ts"],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: { executablePath: chromium ?? "", args: [...chromiumArgs] } }),
      instances: [{ browser: "chromium" as const }],
    },
  },
};

/** The React bindings once more, on React 18, which `tooling/` has beside the 19 of everything else. */
const react18Project = {
  extends: true as const,
  resolve: {
    alias: [
      {
        find: /^(react|react-dom|@testing-library\/react)(\/.*)?$/,
        replacement: `${import.meta.dirname}/tooling/node_modules/$1$2`,
      },
    ],
  },
  test: {
    name: "react 18",
    environment: "happy-dom",
    env: { REACT_MAJOR: "18" },
    include: ["packages/react/src/**/*.test.tsx"],
    exclude: [...leftOut, browserTests],
    // Else Node would load what these import, and find the 19.
    server: { deps: { inline: [/react/] } },
  },
};

export default defineConfig({
  resolve: { conditions: ["@aplomb/source", ...defaultClientConditions] },
  ssr: { resolve: { conditions: ["@aplomb/source", ...defaultServerConditions] } },
  test: {
    reporters: ["default", "./tooling/ci-reporter.ts"],
    execArgv: ["--unhandled-rejections=strict"],
    // All processors: by default one of two would stand idle.
    maxWorkers: "100%",
    // A guard against tests that hang, not a measure: machines that run tests are busy.
    testTimeout: isDeep ? 1_800_000 : 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: "node",
          include: ["{packages/*/src,examples,tooling}/**/*.test.ts"],
          exclude: [...leftOut, browserTests],
        },
      },
      {
        extends: true,
        test: {
          name: "dom",
          environment: "happy-dom",
          include: ["{packages/*/src,examples}/**/*.test.tsx"],
          exclude: [...leftOut, browserTests],
        },
      },
      react18Project,
      ...(chromium ? [browserProject] : []),
    ],
  },
});
