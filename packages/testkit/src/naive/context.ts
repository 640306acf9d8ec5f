/** The context as the evaluator sees it: deviations A7 and A12, section 5.1, ruling 7 and decision 12. @module */
import { utf8Of, wellFormed } from "./utf8.js";

/** An attribute's value, in the kinds that the source platform's context knows. */
export type Attribute = null | boolean | number | string | readonly Attribute[] | AttributeMap;
/** An object of attributes. */
export interface AttributeMap extends ReadonlyMap<string, Attribute> {}

/** Whether an attribute that is looked at keeps within the caps of ruling 7: bytes of a text, depth, elements. */
export function isWithinCaps(attribute: Attribute | undefined, depth = 1): boolean {
  if (typeof attribute === "string") return attribute.length <= 65_536 && utf8Of(attribute).length <= 65_536;
  if (!Array.isArray(attribute)) return true;
  return depth <= 32 && attribute.length <= 10_000 && attribute.every((element) => isWithinCaps(element, depth + 1));
}

/** The attributes of a context: A12 lends `targetingKey` to a context without an own `targeting_key`. */
export function attributesOf(context: object): AttributeMap {
  const attributes = new Map(mapOf(context));
  const lent = attributeOf((context as { targetingKey?: unknown }).targetingKey);
  if (!Object.hasOwn(context, "targeting_key") && lent !== undefined) attributes.set("targeting_key", lent);
  return attributes;
}

/** A7: a Date is its ISO 8601 text; what the platform cannot hold is absent, and inside a list null. */
function attributeOf(value: unknown): Attribute | undefined {
  if (value === null || typeof value === "boolean" || typeof value === "number") return value;
  if (typeof value === "string") return wellFormed(value);
  if (typeof value !== "object") return undefined;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  return Array.isArray(value) ? Array.from(value, (element) => attributeOf(element) ?? null) : mapOf(value);
}

function mapOf(object: object): AttributeMap {
  const map = new Map<string, Attribute>();
  for (const [key, value] of Object.entries(object)) {
    const attribute = attributeOf(value);
    if (attribute !== undefined) map.set(key, attribute);
  }
  return map;
}

/** The value at a dotted path; undefined when a step is missing or leads through anything but an object (§5.1). */
export function attributeAt(attributes: AttributeMap, path: string): Attribute | undefined {
  let value: Attribute | undefined = attributes;
  for (const step of path.split(".")) value = value instanceof Map ? value.get(step) : undefined;
  return value;
}
