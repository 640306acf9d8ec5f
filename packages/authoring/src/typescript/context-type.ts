/** The TypeScript type of an evaluation context from the attributes that are read of it. @module */
import type { FlagShape, TypeText } from "./flag-shape.js";
import { propertyName } from "./reads-of.js";

/** Attributes below a name. */
interface Branch {
  readonly types: Set<TypeText>;
  readonly inner: Map<string, Branch>;
}

/**
 * An object type with every attribute; dots lead into objects. An empty type needs nothing.
 *
 * An attribute may be a list of what it is compared with. One that is read both as a value and as an object is anything.
 */
export function contextType(attributes: FlagShape["attributes"]): TypeText {
  const root: Branch = { types: new Set(), inner: new Map() };
  for (const [path, types] of [...attributes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    let branch = root;
    for (const step of path.split(".")) {
      const next = branch.inner.get(step) ?? { types: new Set(), inner: new Map() };
      branch.inner.set(step, next);
      branch = next;
    }
    for (const type of types) branch.types.add(type);
  }
  return objectType(root);
}

function objectType({ inner }: Branch): TypeText {
  if (inner.size === 0) return "object";
  const fields = [...inner].map(([name, branch]) => `readonly ${propertyName(name)}: ${branchType(branch)}`);
  return `{ ${fields.join("; ")} }`;
}

function branchType({ types, inner }: Branch): TypeText {
  if (inner.size > 0) return types.size > 0 ? "JsonValue" : objectType({ types, inner });
  const single = [...new Set([...types].flatMap((type) => type.split(" | ")))].sort();
  if (single.includes("JsonValue")) return "JsonValue";
  // A unit is never a list.
  if (types.has("string | number")) return single.join(" | ");
  const element = single.length > 1 ? `(${single.join(" | ")})` : single.join("");
  return [...single, `readonly ${element}[]`].join(" | ");
}
