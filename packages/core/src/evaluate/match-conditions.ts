/** Matches the segment of a rule: by its conditions in the table, or by its matcher. @module */
import { type CompiledSegment, matcherOf, type Run } from "../compiled-flag.js";
import {
  type ConditionTable,
  FROM_LEAST,
  HAS_LEAST,
  HAS_MOST,
  HEAD,
  IN_RANGE,
  IN_SET,
  TO_MOST,
} from "../condition-table.js";
import type { AttributePath } from "../context.js";
import { readParts } from "../operand.js";
import { hasRoomFor, readAttribute } from "../run.js";
import { FALSE, TRUE, type Verdict } from "../verdict.js";

/** An attribute is not what the conditions are made for: the segment's matcher has to be asked. */
const OTHERWISE = -1;
type Answer = typeof FALSE | typeof TRUE | typeof OTHERWISE;

/** Units of a text that needs no counting to be known as short enough. */
const SURELY_SHORT = 1_000;

/** Whether the unit of a rule is in its segment. */
export function matchSegment(run: Run, segment: CompiledSegment): Verdict {
  const { place, source } = segment;
  if (place > 0) {
    const verdict = matchConditions(run, source.table, place);
    if (verdict !== OTHERWISE) return verdict;
  } else if (place < 0) {
    segment.place = source.placeOf(segment.id);
    return matchSegment(run, segment);
  }
  return matcherOf(segment)(run);
}

/** Whether all conditions of the segment at a place hold. Takes the steps that the segment's matcher would take. */
function matchConditions(run: Run, table: ConditionTable, place: number): Answer {
  const { ints } = table;
  const count = ints[place] as number;
  const steps = count > 1 ? count : 0;
  if (!hasRoomFor(run, steps)) return OTHERWISE;
  let verdict: Answer = TRUE;
  let at = place + 2;
  for (let i = 0; i < count && verdict === TRUE; i++) {
    const kind = ints[at] as number;
    if (kind === IN_SET) verdict = inSet(run, table, at);
    else if (kind === IN_RANGE) verdict = inRange(run, table, at);
    else verdict = inVersions(run, table, at);
    at = ints[at + 2] as number;
  }
  if (verdict !== OTHERWISE) run.steps += steps;
  return verdict;
}

/** Ten sets on one attribute, as many flags have, are one lookup and ten bits. */
function inSet(run: Run, table: ConditionTable, at: number): Answer {
  const { ints, paths } = table;
  const slot = ints[at + 1] as number;
  let number = run.textNumbers[slot];
  if (number === undefined) {
    const path = paths[slot] as AttributePath;
    const value = readAttribute(run, path);
    if (typeof value !== "string" || value.length > SURELY_SHORT) return OTHERWISE;
    number = path.texts.get(value);
    // A text without a number may yet get one, from a segment that is read later.
    if (number === undefined) return FALSE;
    run.textNumbers[slot] = number;
  }
  const word = number >> 5;
  return word < (ints[at + 3] as number) && (((ints[at + HEAD + word] as number) >> (number & 31)) & 1) === 1
    ? TRUE
    : FALSE;
}

function inRange(run: Run, table: ConditionTable, at: number): Answer {
  const { ints, numbers, paths } = table;
  const slot = ints[at + 1] as number;
  const value = run.attributes[slot] ?? readAttribute(run, paths[slot] as AttributePath);
  if (typeof value !== "number") return OTHERWISE;
  const flags = ints[at + 3] as number;
  const bounds = (at + HEAD) >> 1;
  const least = numbers[bounds] as number;
  const most = numbers[bounds + 1] as number;
  if (!((flags & FROM_LEAST) !== 0 ? value >= least : value > least)) return FALSE;
  return ((flags & TO_MOST) !== 0 ? value <= most : value < most) ? TRUE : FALSE;
}

function inVersions(run: Run, table: ConditionTable, at: number): Answer {
  const { ints, paths } = table;
  const slot = ints[at + 1] as number;
  if (run.versionSlot !== slot) {
    const value = readAttribute(run, paths[slot] as AttributePath);
    if (typeof value !== "string" || value.length > SURELY_SHORT) return OTHERWISE;
    readParts(value, run.versionParts);
    run.versionSlot = slot;
  }
  const flags = ints[at + 3] as number;
  const bounds = (at + HEAD) >> 1;
  if ((flags & HAS_LEAST) !== 0) {
    const above = orderAgainst(run, table, bounds);
    if ((flags & FROM_LEAST) !== 0 ? above < 0 : above <= 0) return FALSE;
  }
  if ((flags & HAS_MOST) === 0) return TRUE;
  const below = orderAgainst(run, table, bounds + 4);
  return ((flags & TO_MOST) !== 0 ? below <= 0 : below < 0) ? TRUE : FALSE;
}

/** Orders the version at hand against a bound: below, at or above zero. */
function orderAgainst({ versionParts }: Run, { numbers }: ConditionTable, at: number): number {
  for (let i = 0; i < 4; i++) {
    const difference = (versionParts[i] as number) - (numbers[at + i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
