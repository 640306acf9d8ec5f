/** Literals of rules as operands. @module */
import { type Operand, versionOf } from "../operand.js";
import type { Literal } from "../segment.js";

/** The operand a literal stands for; null for a literal without a kind. */
export function operandOf({ kind }: Literal): Operand {
  switch (kind.case) {
    case "version":
      return versionOf(kind.value);
    case "timestamp":
      return { kind: "moment", ...kind.value };
    case "list":
      return kind.value.values.map(operandOf);
    default:
      return kind.value ?? null;
  }
}
