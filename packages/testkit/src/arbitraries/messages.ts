/** Random messages of the contract, made by their descriptors, and the plain data that they are. @module */
import { type DescField, type DescMessage, type JsonObject, ScalarType } from "@bufbuild/protobuf";
import { StructSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import type { InitOf } from "./draw.js";

/** Messages within messages; deeper ones are left out. */
const MAX_DEPTH = 5;
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** Texts that meet, or that objects inherit. */
const NAMES = ["", "a", "f", "s", "targeting_key", "__proto__", "constructor"];

/** Any well-formed text of at most 80 bytes. */
export const anyText: fc.Arbitrary<string> = fc.string({ unit: "binary", maxLength: 20 });

/** Any JSON object without the one key that generated code loses. */
export const anyJson: fc.Arbitrary<JsonObject> = fc
  .dictionary(anyText, fc.jsonValue({ stringUnit: "binary" }), { noNullPrototype: true })
  .filter((json) => !JSON.stringify(json).includes('"__proto__"')) as fc.Arbitrary<JsonObject>;

/** Numbers that JavaScript holds, small ones more often than their share. */
function integers(min: bigint): fc.Arbitrary<bigint> {
  return fc.oneof(fc.bigInt({ min, max: MAX_SAFE }), fc.bigInt({ min: min < -300n ? -300n : min, max: 300n }));
}

const SCALARS: Readonly<Partial<Record<ScalarType, fc.Arbitrary<unknown>>>> = {
  [ScalarType.STRING]: fc.oneof({ weight: 2, arbitrary: anyText }, { weight: 1, arbitrary: fc.constantFrom(...NAMES) }),
  [ScalarType.BYTES]: fc.uint8Array({ maxLength: 40 }),
  [ScalarType.BOOL]: fc.boolean(),
  [ScalarType.DOUBLE]: fc.oneof(fc.double(), fc.constantFrom(0, -0)),
  [ScalarType.INT32]: fc.integer(),
  [ScalarType.UINT32]: fc.nat(0xffffffff),
  [ScalarType.INT64]: integers(-MAX_SAFE),
  [ScalarType.UINT64]: integers(0n),
};

/** What messages of a schema are created from; each of their fields is set, or left out now and then. */
export function messageInits<S extends DescMessage>(schema: S): fc.Arbitrary<InitOf<S>> {
  return initsOf(schema, 1) as fc.Arbitrary<InitOf<S>>;
}

function initsOf(schema: DescMessage, depth: number): fc.Arbitrary<object> {
  const fields = schema.fields.filter((field) => field.oneof === undefined && isWithin(field, depth));
  const oneofs = schema.oneofs.map((oneof) => {
    const cases = oneof.fields.filter((field) => isWithin(field, depth));
    return [oneof.localName, fc.oneof(fc.constant({ case: undefined }), ...cases.map((field) => caseOf(field, depth)))];
  });
  const all = [...fields.map((field) => [field.localName, fieldOf(field, depth)]), ...oneofs];
  return fc.record(Object.fromEntries(all) as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: [] });
}

function isWithin({ message }: DescField, depth: number): boolean {
  return message === undefined || depth < MAX_DEPTH;
}

function caseOf(field: DescField, depth: number): fc.Arbitrary<unknown> {
  return elementOf(field, depth).map((value) => ({ case: field.localName, value }));
}

function fieldOf(field: DescField, depth: number): fc.Arbitrary<unknown> {
  return field.fieldKind === "list" ? fc.array(elementOf(field, depth), { maxLength: 3 }) : elementOf(field, depth);
}

function elementOf({ name, message, enum: enumeration, scalar }: DescField, depth: number): fc.Arbitrary<unknown> {
  if (message?.typeName === StructSchema.typeName) return anyJson;
  if (message !== undefined) return initsOf(message, depth + 1);
  if (enumeration !== undefined) return fc.constantFrom(...enumeration.values.map((value) => value.number));
  const values = scalar === undefined ? undefined : SCALARS[scalar];
  if (values === undefined) throw new TypeError(`the contract has no field of the kind of ${name} yet`);
  return values;
}

/** A message as plain data: without its names for itself, and with numbers for 64-bit integers. */
export function plainOf(message: unknown): unknown {
  if (typeof message === "bigint") return Number(message);
  if (typeof message !== "object" || message === null || message instanceof Uint8Array) return message;
  if (Array.isArray(message)) return message.map(plainOf);
  const fields = Object.entries(message).filter(([name]) => name !== "$typeName" && name !== "$unknown");
  return Object.fromEntries(fields.map(([name, value]) => [name, plainOf(value)]));
}
