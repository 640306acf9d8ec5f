/** The criteria that a targeting's expression can reach; the others never count. @module */
import type { Criterion, Expression, Targeting } from "../gen/aplomb/confidence/v1/resolver_state_pb.js";

/** The criteria that the expression refers to, by id, in the order of ids. */
export function referredCriteria(targeting: Targeting | undefined): ReadonlyMap<string, Criterion> {
  const ids = new Set<string>();
  if (targeting?.expression !== undefined) addReferred(targeting.expression, ids);
  const criteria = Object.entries(targeting?.criteria ?? {}).filter(([id]) => ids.has(id));
  return new Map(criteria.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function addReferred({ kind }: Expression, into: Set<string>): void {
  if (kind.case === "ref") into.add(kind.value);
  else if (kind.case === "not") addReferred(kind.value, into);
  else for (const operand of kind.value?.operands ?? []) addReferred(operand, into);
}
