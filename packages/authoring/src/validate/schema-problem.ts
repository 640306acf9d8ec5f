/** Says in plain words, and with a line and column, what a JSON Schema validator found. @module */
import type { ErrorObject } from "ajv";
import { stringify } from "yaml";
import type { Problem, ProblemText } from "../problem.js";
import { type Part, type Path, problemAt, type SourceFile } from "../source-file.js";
import { choiceOf, nearestOf } from "../suggestion.js";

/** What this module reads of a schema. */
interface Annotated {
  readonly expected?: string;
  readonly examples?: readonly unknown[];
  readonly required?: readonly string[];
  readonly anyOf?: readonly Annotated[];
  readonly oneOf?: readonly Annotated[];
  readonly properties?: Readonly<Record<string, Annotated | boolean>>;
}

/** What is wrong, and whether with the name or the value at the end of a path. */
interface Finding {
  readonly path: Path;
  readonly part: Part;
  readonly text: ProblemText;
}

/** Problems of a file from the validator's errors (made with `allErrors` and `verbose`): one for each place. */
export function schemaProblems(source: SourceFile, errors: readonly ErrorObject[]): Problem[] {
  const byPlace = new Map<string, Problem>();
  for (const error of [...errors].sort((a, b) => rankOf(a) - rankOf(b))) {
    const finding = isExplained(error, errors) ? undefined : findingOf(error);
    if (finding === undefined) continue;
    const problem = problemAt(source, finding.path, finding.part, finding.text);
    const missing = error.keyword === "required" ? error.params.missingProperty : "";
    const place = `${problem.line}:${problem.column}:${missing}`;
    if (!byPlace.has(place)) byPlace.set(place, problem);
  }
  return [...byPlace.values()];
}

/** Of several errors in one place, a name that is not known or a wrong type says most. */
function rankOf({ keyword }: ErrorObject): number {
  return ["additionalProperties", "type"].indexOf(keyword) >>> 0;
}

/** Whether what is missing was probably only misspelt, which is said already. */
function isExplained(error: ErrorObject, errors: readonly ErrorObject[]): boolean {
  if (error.keyword !== "required" && error.keyword !== "oneOf") return false;
  const missing =
    error.keyword === "required"
      ? [String(error.params.missingProperty)]
      : alternativesOf(error.parentSchema as Annotated);
  return errors.some(
    (other) =>
      other.keyword === "additionalProperties" &&
      other.instancePath === error.instancePath &&
      nearestOf(String(other.params.additionalProperty), missing) !== undefined,
  );
}

function findingOf(error: ErrorObject): Finding | undefined {
  // Branches that were tried and wrappers around what is reported anyway.
  if (/\/(oneOf|anyOf)\/\d+\//.test(error.schemaPath)) return undefined;
  if (error.keyword === "if" || error.keyword === "propertyNames") return undefined;
  const path = pathOf(error.instancePath);
  const schema = error.parentSchema as Annotated;
  if (error.propertyName !== undefined) {
    return { path: [...path, error.propertyName], part: "key", text: nameText(error.propertyName, schema) };
  }
  switch (error.keyword) {
    case "additionalProperties":
      return unknownName(path, String(error.params.additionalProperty), schema);
    case "false schema":
      return { path, part: "key", text: misplacedText(path) };
    case "required":
    case "dependencies":
      return { path, part: "value", text: missingText(String(error.params.missingProperty), schema) };
    case "oneOf":
      return { path, part: "value", text: alternativesText(error.data, schema) };
    case "anyOf":
      return { path, part: "value", text: noneText(schema) };
    default:
      return { path, part: "value", text: valueText(path, error, schema) };
  }
}

function unknownName(path: Path, name: string, schema: Annotated): Finding {
  const known = Object.keys(schema.properties ?? {}).filter((key) => key !== "$schema");
  const text = { message: `"${name}" is not known here`, expected: choiceOf(known, name) };
  return { path: [...path, name], part: "key", text };
}

function nameText(name: string, schema: Annotated): ProblemText {
  const message = name.includes(".") ? `the name "${name}" has a dot in it` : `"${name}" cannot be used as a name`;
  return { message, expected: schema.expected ?? "another name", example: exampleOf(undefined, schema) };
}

/** Where a name is only allowed beside another. */
function misplacedText(path: Path): ProblemText {
  const name = String(path.at(-1));
  const owners: Record<string, string> = {
    fields: "`fields` belongs to `type: object`",
    of: "`of` belongs to `type: list`",
  };
  const expected = owners[name] ?? `\`${name}\` beside \`attribute\``;
  const example = owners[name] ? "" : "{ attribute: country, in: [SE, NO] }";
  return { message: `"${name}" has no meaning here`, expected, example };
}

function missingText(name: string, schema: Annotated): ProblemText {
  const described = schema.properties?.[name];
  const property = typeof described === "object" ? described : undefined;
  const expected = property?.expected === undefined ? `\`${name}\`` : `\`${name}\`: ${property.expected}`;
  return {
    message: `"${name}" is missing`,
    expected,
    example: exampleOf(name, property) || exampleOf(undefined, schema),
  };
}

function alternativesOf({ oneOf }: Annotated): string[] {
  return (oneOf ?? []).flatMap(
    (branch) => branch.required ?? (branch.anyOf ?? []).flatMap((inner) => inner.required ?? []),
  );
}

function alternativesText(data: unknown, schema: Annotated): ProblemText {
  const names = alternativesOf(schema);
  const present = names.filter((name) => Object.hasOwn(Object(data), name));
  const message =
    present.length === 0 ? `there is none of ${names.join(", ")}` : `${present.join(" and ")} cannot stand together`;
  return { message, expected: `exactly one of ${choiceOf(names)}`, example: exampleOf(undefined, schema) };
}

function noneText(schema: Annotated): ProblemText {
  const names = (schema.anyOf ?? []).flatMap((branch) => branch.required ?? []);
  const message = `there is none of ${names.join(", ")}`;
  return { message, expected: `one of ${choiceOf(names)}, or several`, example: exampleOf(undefined, schema) };
}

function valueText(path: Path, error: ErrorObject, schema: Annotated): ProblemText {
  const name = path.filter((step) => typeof step === "string").at(-1);
  const subject =
    name === undefined ? "the file" : typeof path.at(-1) === "number" ? `an element of "${name}"` : `"${name}"`;
  const expected =
    error.keyword === "enum" ? choiceOf(error.params.allowedValues.map(String), String(error.data)) : schema.expected;
  return {
    message: messageOf(subject, error),
    expected: expected ?? `what the schema says: ${error.message}`,
    example: exampleOf(typeof path.at(-1) === "string" ? name : undefined, schema),
  };
}

function messageOf(subject: string, error: ErrorObject): string {
  const { data } = error;
  if (error.keyword === "pattern" && typeof data === "string" && subject === '"key"' && data.includes(".")) {
    return `the key "${data}" has a dot in it; in code, \`${data}\` reads a field of the flag ${data.split(".")[0]}`;
  }
  if (error.keyword === "uniqueItems") return `${subject} holds something twice`;
  const isEmpty = typeof data === "object" && data !== null && Object.keys(data).length === 0;
  if ((isEmpty && error.keyword !== "type") || data === "") return `${subject} is empty`;
  if (typeof data === "object" && data !== null && /^(min|max)/.test(error.keyword))
    return `${subject} ${error.message}`;
  return `${subject} is ${shownValue(data)}`;
}

function shownValue(data: unknown): string {
  if (data === null) return "empty";
  if (Array.isArray(data)) return "a list";
  if (typeof data === "object") return "a mapping";
  const text =
    typeof data === "string" ? JSON.stringify(data.length > 60 ? `${data.slice(0, 60)}…` : data) : String(data);
  return typeof data === "string" ? `the text ${text}` : text;
}

/** The schema's first example as YAML, after its name if it has one. */
function exampleOf(name: string | undefined, schema: Annotated | undefined): string {
  const example = schema?.examples?.[0];
  if (example === undefined) return "";
  const value = name === undefined ? example : { [name]: example };
  if (typeof value !== "object" || value === null) return String(value);
  const top = Object.entries(value).map(
    ([key, inner]) => `${key}: ${stringify(inner, { collectionStyle: "flow", lineWidth: 0 }).trim()}`,
  );
  return top.join("\n");
}

function pathOf(pointer: string): Path {
  const steps = pointer.split("/").slice(1);
  return steps.map((step) => {
    const text = step.replaceAll("~1", "/").replaceAll("~0", "~");
    return /^\d+$/.test(text) ? Number(text) : text;
  });
}
