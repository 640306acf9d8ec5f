/** Judges the audiences of aplomb.yaml beyond what the schema can say. @module */
import { createHash } from "node:crypto";
import type { Problem, ProblemText } from "../problem.js";
import type { Audience, AudienceFile, ProjectFile } from "../project.js";
import { type Path, problemAt, type SourceFile } from "../source-file.js";

/** The audiences that are in order, and the problems of the others. */
export function checkAudiences(source: SourceFile, file: ProjectFile): { audiences: Audience[]; problems: Problem[] } {
  const audiences: Audience[] = [];
  const problems: Problem[] = [];
  const ownerOf = new Map<string, string>();
  for (const [name, audience] of Object.entries(file.audiences).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const fault = keyFault(name, audience) ?? sharedKey(ownerOf.get(hashOf(audience)), audience);
    if (fault !== undefined) {
      problems.push(
        problemAt(source, ["audiences", name, ...fault.path], fault.path.length > 0 ? "key" : "value", fault.text),
      );
      continue;
    }
    ownerOf.set(hashOf(audience), name);
    audiences.push(audienceOf(name, audience));
  }
  return { audiences, problems };
}

function audienceOf(name: string, audience: AudienceFile): Audience {
  const { kind, environment } = audience;
  const clientKey = kind === "browser" && audience.clientKey !== undefined ? { clientKey: audience.clientKey } : {};
  return { name, kind, environment, ...clientKey, clientKeySha256: hashOf(audience) };
}

function hashOf(audience: AudienceFile): string {
  return audience.clientKeySha256 ?? sha256Of(audience.clientKey ?? "");
}

function sha256Of(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

interface Fault {
  readonly path: Path;
  readonly text: ProblemText;
}

function keyFault(name: string, audience: AudienceFile): Fault | undefined {
  if (audience.kind === "browser" && audience.clientKeySha256 !== undefined) {
    const text = {
      message: `"${name}" is read by browsers, whose key is public`,
      expected: "clientKey",
      example: "clientKey: web-shop",
    };
    return { path: ["clientKeySha256"], text };
  }
  if (audience.kind === "browser" && audience.clientKey === undefined) {
    const text = {
      message: `"${name}" has no clientKey`,
      expected: "the public key that its pages send",
      example: "clientKey: web-shop",
    };
    return { path: [], text };
  }
  if (audience.kind === "service" && audience.clientKey !== undefined) {
    const text = {
      message: `the key of the service "${name}" is a secret and cannot be kept in a file of flags`,
      expected: "the SHA-256 of the key; if this one was ever committed, take another",
      example: `clientKeySha256: ${sha256Of(audience.clientKey)}`,
    };
    return { path: ["clientKey"], text };
  }
  if (audience.kind === "service" && audience.clientKeySha256 === undefined) {
    const text = {
      message: `"${name}" has no clientKeySha256`,
      expected: "the SHA-256 of the secret key that the service sends, as `printf %s KEY | sha256sum` prints it",
      example: `clientKeySha256: ${sha256Of("choose-a-long-random-key")}`,
    };
    return { path: [], text };
  }
  return undefined;
}

function sharedKey(owner: string | undefined, audience: AudienceFile): Fault | undefined {
  if (owner === undefined) return undefined;
  const text = {
    message: `this is also the key of "${owner}"`,
    expected: "a key of its own for each audience: the endpoint knows audiences by their keys",
    example: "",
  };
  return { path: [audience.clientKey === undefined ? "clientKeySha256" : "clientKey"], text };
}
