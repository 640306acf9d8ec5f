/** Writes TypeScript for the flags of a project: keys, value types, context types. @module */
import { contextType } from "./context-type.js";
import { describeShapes } from "./describe-shapes.js";
import type { FlagShape, TypeText } from "./flag-shape.js";
import { quotedName } from "./reads-of.js";

/** What to write beside keys and types. */
export interface WriteTypeScriptOptions {
  /**
   * Also hold OpenFeature's clients to the keys, by augmenting `@openfeature/core`, 1.10 or later. Default false.
   *
   * The text is then for a `.d.ts` file under `skipLibCheck`: that package declares its keys as type aliases, which a
   * compiler that checks declarations calls duplicates.
   */
  readonly openFeature?: boolean | undefined;
}

const HEADER = `/** Flags, the types of their values and what they read of the context. Made by \`aplomb types\`, not to be edited. @module */
// biome-ignore-all format: generated
// biome-ignore-all lint: generated
/* eslint-disable */
`;

const JSON_TYPES = `/** What values are made of. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
/** An object of JSON values. */
export type JsonObject = { readonly [key: string]: JsonValue };
`;

const HELPERS = `/** Every key that can be read. */
export type FlagKey = keyof FlagValues;
/** A flag's key, without a path. */
export type FlagName = keyof FlagContexts;
/** The keys whose values are of a type. */
export type FlagKeyOf<T> = { [K in FlagKey]: FlagValues[K] extends T ? K : never }[FlagKey];
/** What a key reads. */
export type FlagValue<K extends FlagKey> = FlagValues[K];
/** What a flag, or the flag of a path, reads of the context. */
export type FlagContext<K extends string> = K extends FlagName
  ? FlagContexts[K]
  : K extends \`\${infer Name extends FlagName & string}.\${string}\`
    ? FlagContexts[Name]
    : never;
`;

/**
 * A TypeScript module of types only. Equal flags give equal text, whatever the order of bundles.
 *
 * @throws Error if one of them is no bundle.
 */
export function writeTypeScript(bundles: readonly Uint8Array[], options: WriteTypeScriptOptions = {}): string {
  const shapes = describeShapes(bundles);
  return [
    HEADER,
    JSON_TYPES,
    interfaceText(
      "FlagValues",
      "What each key reads: flags, and fields of their values by dotted path.",
      valueLines(shapes),
    ),
    interfaceText("FlagContexts", "What the rules of each flag read of the evaluation context.", contextLines(shapes)),
    HELPERS,
    ...(options.openFeature ? [openFeatureText(shapes)] : []),
  ].join("\n");
}

function interfaceText(name: string, description: string, lines: readonly string[]): string {
  return `/** ${description} */\nexport interface ${name} {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
}

function valueLines(shapes: readonly FlagShape[]): string[] {
  return shapes.flatMap(({ description, owner, reads }) => {
    const notes = [description, ...(owner === "" ? [] : [`(${owner})`])].filter((note) => note !== "");
    const comment = notes.length === 0 ? [] : [`/** ${commentText(notes.join(" "))} */`];
    return [...comment, ...[...reads].map(([read, type]) => `readonly ${quotedName(read)}: ${type};`)];
  });
}

/** Text that cannot end the comment it is in. */
function commentText(text: string): string {
  return text.replace(/\s+/gu, " ").replaceAll("*/", "*\\/").replace(/\p{C}/gu, "").trim();
}

function contextLines(shapes: readonly FlagShape[]): string[] {
  return shapes.map(({ key, attributes }) => `readonly ${quotedName(key)}: ${contextType(attributes)};`);
}

const OPEN_FEATURE_KEYS: readonly (readonly [string, (type: TypeText) => boolean])[] = [
  ["BooleanFlagKey", (type) => type === "boolean"],
  ["NumberFlagKey", (type) => type === "number"],
  ["ObjectFlagKey", (type) => !["boolean", "number", "string"].includes(type)],
  ["StringFlagKey", (type) => type === "string"],
];

function openFeatureText(shapes: readonly FlagShape[]): string {
  const reads = shapes.flatMap((shape) => [...shape.reads]);
  const lines = OPEN_FEATURE_KEYS.map(([name, isMeant]) => {
    const keys = reads.filter(([, type]) => isMeant(type)).map(([key]) => quotedName(key));
    return `  export type ${name} = ${keys.length === 0 ? "never" : keys.join(" | ")};`;
  });
  return `declare module "@openfeature/core" {\n${lines.join("\n")}\n}\n`;
}
