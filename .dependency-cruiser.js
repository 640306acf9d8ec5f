/** The arrows of docs/architecture.md as rules: imports only go down, and no circle, type-only imports included. @module */

/**
 * What the sources of each package may import: packages of this repository, and libraries. Their tests may import more.
 * A new library needs a decision record in docs/decisions.
 */
const layers = {
  core: { ours: [], libraries: [] },
  client: {
    ours: ["core", "proto"],
    libraries: ["@bufbuild/protobuf", "@connectrpc/connect", "@connectrpc/connect-web"],
  },
  node: { ours: ["core", "client"], libraries: ["@connectrpc/connect-node"], nodeModules: true },
  browser: { ours: ["core", "client"], libraries: ["@noble/ed25519", "idb-keyval"] },
  react: { ours: ["core", "client"], libraries: ["react"] },
  server: {
    ours: ["core", "proto"],
    libraries: [
      "@bufbuild/protobuf",
      "@connectrpc/connect",
      "@connectrpc/connect-fastify",
      "@connectrpc/connect-node",
      "@fastify/cors",
      "fastify",
      "libsql",
      "pg",
      "prom-client",
    ],
    nodeModules: true,
  },
  authoring: { ours: ["core", "proto"], libraries: ["@bufbuild/protobuf", "ajv", "yaml"], nodeModules: true },
  confidence: { ours: ["core", "proto"], libraries: ["@bufbuild/protobuf"], nodeModules: true },
  cli: {
    ours: ["core", "authoring", "confidence", "server"],
    libraries: ["chokidar", "commander", "csv-stringify", "hyparquet-writer", "picocolors"],
    nodeModules: true,
  },
  testkit: {
    ours: ["core", "proto"],
    libraries: ["@bufbuild/protobuf", "esbuild", "fast-check", "playwright-core"],
    nodeModules: true,
  },
};

// Tests, benches, and what only they use.
const tests = ["[.](test|test-d)[.]tsx?$", "^packages/[^/]+/(bench|test|testdata|src/testing)/"];
const folderOf = (name) => (name === "proto" ? "proto" : `packages/${name}`);
const anyOf = (names) => `(${names.join("|")})`;

const layerRules = Object.entries(layers).flatMap(([name, { ours, libraries, nodeModules }]) => {
  const from = { path: `^packages/${name}/src/`, pathNot: tests };
  const typesOfProto = name === "core" ? ["^proto/"] : [];
  return [
    {
      name: `${name}-imports-down`,
      comment: `${name} may import of ours only: ${ours.join(", ") || "nothing"}.`,
      severity: "error",
      from,
      to: {
        path: "^(packages|proto|tooling|examples)/",
        pathNot: [`^${anyOf([name, ...ours].map(folderOf))}/`, ...typesOfProto],
      },
    },
    {
      name: `${name}-libraries`,
      comment: `${name} may import of others only: ${libraries.join(", ")}.`,
      severity: "error",
      from,
      to: {
        path: "node_modules/",
        pathNot: `node_modules/(@types/)?${anyOf(libraries)}/`,
        dependencyTypesNot: ["core"],
      },
    },
    ...(nodeModules
      ? []
      : [
          {
            name: `${name}-knows-no-node`,
            comment: `${name} runs in pages: it may not import Node's modules.`,
            severity: "error",
            from,
            to: { dependencyTypes: ["core"] },
          },
        ]),
  ];
});

const shapeRules = [
  {
    name: "no-circle",
    comment: "Two files that need each other are one file, or want a third below both.",
    severity: "error",
    from: {},
    to: { circular: true },
  },
  {
    name: "no-own-index",
    comment: "An index.ts is for users of the package: inside it, import the file that has the name.",
    severity: "error",
    from: { path: "^packages/([^/]+)/src/", pathNot: tests },
    to: { path: ["^packages/$1/src/index[.]tsx?$", "^packages/$1/src/.*/index[.]tsx?$"] },
  },
  {
    name: "core-stages-apart",
    comment: "bundle, compile, evaluate and exposure meet only in the nouns above them.",
    severity: "error",
    from: { path: "^packages/core/src/(bundle|compile|evaluate|exposure)/", pathNot: tests },
    to: {
      path: "^packages/core/src/(bundle|compile|evaluate|exposure)/",
      pathNot: "^packages/core/src/$1/",
    },
  },
  {
    name: "core-knows-proto-as-types",
    comment: "core reads the wire with its own bounded reader; generated messages are types to it.",
    severity: "error",
    from: { path: "^packages/core/src/", pathNot: tests },
    to: { path: "^proto/", dependencyTypesNot: ["type-only"] },
  },
  {
    name: "client-generated-code-only-in-connect",
    comment: "What a page loads at once carries no generated code and no Connect.",
    severity: "error",
    from: { path: "^packages/client/src/", pathNot: ["^packages/client/src/connect/", ...tests] },
    to: {
      path: ["^proto/", "node_modules/@(connectrpc|bufbuild)/"],
      dependencyTypesNot: ["type-only"],
    },
  },
  {
    name: "browser-connect-is-lazy",
    comment: "A page loads Connect only when it opts into streaming: import it dynamically.",
    severity: "error",
    from: { path: "^packages/browser/src/", pathNot: tests },
    to: {
      path: "^packages/client/src/connect/",
      dynamic: false,
      dependencyTypesNot: ["type-only"],
    },
  },
  {
    name: "browser-noble-is-lazy",
    comment: "A page loads a verifier of its own only where the browser has none: import it dynamically.",
    severity: "error",
    from: { path: "^packages/browser/src/", pathNot: tests },
    to: {
      path: "^packages/browser/src/noble-ed25519[.]ts$",
      dynamic: false,
    },
  },
  {
    name: "testkit-only-in-tests",
    comment: "The test kit is private: nothing that is published may need it.",
    severity: "error",
    from: { path: "^(packages|proto)/", pathNot: [...tests, "^packages/testkit/"] },
    to: { path: "^packages/testkit/" },
  },
  {
    name: "no-tests-in-sources",
    comment: "A test is run, not imported; what draws the console's pictures starts the endpoint that tests start.",
    severity: "error",
    from: { pathNot: [...tests, "^tooling/console-pictures[.]ts$"] },
    to: { path: tests },
  },
  {
    name: "resolvable",
    comment: "Every import resolves to a file.",
    severity: "error",
    from: {},
    to: { couldNotResolve: true },
  },
];

export default {
  forbidden: [...shapeRules, ...layerRules],
  options: {
    doNotFollow: { path: ["node_modules", "/gen/"] },
    exclude: { path: ["/dist/"] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      conditionNames: ["@aplomb/source", "types", "import", "node", "default"],
      exportsFields: ["exports"],
      extensions: [".ts", ".tsx", ".js", ".d.ts"],
    },
  },
};
