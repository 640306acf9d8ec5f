/** Holds every public entry to the API report in etc/: fails on a difference, or writes the reports with `--update`. @module */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Extractor, ExtractorConfig, ExtractorLogLevel, type ExtractorMessage } from "@microsoft/api-extractor";
import { reportProblems } from "./report-problems.js";
import { repositoryRoot } from "./run-command.js";
import { type Workspace, workspaces } from "./workspaces.js";

const reported = ["core", "client", "node", "browser", "react", "authoring", "confidence", "server"].map(
  (name) => `@aplomb/${name}`,
);
const update = process.argv.includes("--update");
const temporary = mkdtempSync(join(tmpdir(), "aplomb-api-"));

/** `@aplomb/client` and `./http` make `client-http`. */
function reportName(workspace: Workspace, exportPath: string): string {
  return `${workspace.name}/${exportPath}`
    .replace("@aplomb/", "")
    .replaceAll(/\/\.?\/?/g, "-")
    .replace(/-$/, "");
}

function configOf(workspace: Workspace, declarations: string, name: string): ExtractorConfig {
  const silent = { logLevel: ExtractorLogLevel.None };
  return ExtractorConfig.prepare({
    packageJsonFullPath: join(workspace.folder, "package.json"),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: workspace.folder,
      mainEntryPointFilePath: join(workspace.folder, declarations),
      newlineKind: "lf",
      compiler: {
        overrideTsconfig: {
          extends: join(repositoryRoot, "tsconfig.base.json"),
          compilerOptions: {
            customConditions: [],
            lib: ["es2022", "esnext.disposable", "dom"],
            types: ["node", "react"],
          },
          files: [declarations],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: join(repositoryRoot, "etc"),
        reportTempFolder: temporary,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: {
          default: silent,
          "ae-forgotten-export": { logLevel: ExtractorLogLevel.Error },
        },
        tsdocMessageReporting: { default: silent },
      },
    },
  });
}

/** Whether a name that a second entry leaves out can be had from the package's first one. */
function isExportedByRoot(workspace: Workspace, { messageId, text }: ExtractorMessage): boolean {
  const name = /The symbol "(.+)" needs/.exec(text)?.[1];
  const rootReport = join(temporary, `${reportName(workspace, ".")}.api.md`);
  if (messageId !== "ae-forgotten-export" || !name || !existsSync(rootReport)) return false;
  return new RegExp(`^export (?:interface|type|class|function|const) ${name}\\b`, "m").test(
    readFileSync(rootReport, "utf8"),
  );
}

function problemsOf(workspace: Workspace, exportPath: string, declarations: string): string[] {
  const name = reportName(workspace, exportPath);
  if (!existsSync(join(workspace.folder, declarations))) return [`etc/${name}.api.md: not built yet: npm run build`];
  const problems: string[] = [];
  const keep = (message: ExtractorMessage): void => {
    const isProblem = message.logLevel === ExtractorLogLevel.Error && !isExportedByRoot(workspace, message);
    if (isProblem) problems.push(`etc/${name}.api.md: ${message.formatMessageWithLocation(repositoryRoot)}`);
    message.handled = true;
  };
  const result = Extractor.invoke(configOf(workspace, declarations, name), {
    localBuild: update,
    messageCallback: keep,
  });
  if (result.apiReportChanged && !update) problems.push(`etc/${name}.api.md: the public API differs: npm run api`);
  return problems;
}

mkdirSync(join(repositoryRoot, "etc"), { recursive: true });
try {
  const packages = workspaces().filter(({ name }) => reported.includes(name));
  const problems = packages.flatMap((workspace) =>
    [...workspace.declarations].flatMap(([exportPath, file]) => problemsOf(workspace, exportPath, file)),
  );
  reportProblems("API reports", problems);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
