/** Matches the segment of a rule: by its conditions in the table, or by its matcher. @module */
import { type CompiledSegment, matcherOf, type Run } from "../compiled-flag.js";
import { type ConditionTable, type KeySource, packParts } from "../condition-table.js";
import { readParts, type VersionParts } from "../operand.js";
import { clearKeys, hasRoomFor, readAttribute, UNKNOWN_TEXT } from "../run.js";
import { FALSE, TRUE, type Verdict } from "../verdict.js";

/** Units of a text that needs no counting to be known as short enough. */
const SURELY_SHORT = 1_000;

/** Whether the unit of a rule is in its segment. */
export function matchSegment(run: Run, segment: CompiledSegment): Verdict {
  const { place, source } = segment;
  if (place > 0) {
    const answer = matchConditions(run, source.table, place);
    if (answer >= 0) return answer > 0 ? TRUE : FALSE;
  } else if (place < 0) {
    segment.place = source.placeOf(segment.id);
    return matchSegment(run, segment);
  }
  return matcherOf(segment)(run);
}

/**
 * Whether all conditions of the segment at a place hold: 1 or 0, and the steps taken that the segment's matcher would take.
 * Below 0 where an attribute is not what they are made for, or steps run short: then nothing has happened.
 *
 * The loop calls nothing, so that engines keep what it works with in registers. Where it needs a key that is not known yet,
 * it begins anew once it is.
 */
function matchConditions(run: Run, table: ConditionTable, place: number): number {
  const { ints, numbers } = table;
  if (run.generation !== table.generation) forgetKeys(run, table);
  const { numberKeys, textKeys } = run;
  const count = ints[place] as number;
  const steps = count > 1 ? count : 0;
  if (!hasRoomFor(run, steps)) return -1;
  let at = place + 2;
  for (let i = 0; i < count; i++) {
    const slot = ints[at] as number;
    const words = ints[at + 1] as number;
    at += 2;
    let isUnknown: boolean;
    if (words > 0) {
      const key = textKeys[slot] as number;
      const word = key >>> 5;
      if (word < words && (((ints[at + word] as number) >>> (key & 31)) & 1) === 1) {
        at += words + (words & 1);
        continue;
      }
      isUnknown = key === UNKNOWN_TEXT;
    } else {
      const key = numberKeys[slot] as number;
      const bounds = at >> 1;
      if (key >= (numbers[bounds] as number) && key <= (numbers[bounds + 1] as number)) {
        at += 4;
        continue;
      }
      isUnknown = Number.isNaN(key);
    }
    if (isUnknown) return readKey(run, table, slot) ? matchConditions(run, table, place) : -1;
    run.steps += steps;
    return 0;
  }
  run.steps += steps;
  return 1;
}

/** Reads an attribute's key; false when the attribute is of another type, or a text is long. */
function readKey(run: Run, table: ConditionTable, slot: number): boolean {
  const source = table.sources[slot] as KeySource;
  const key = keyOf(readAttribute(run, source.path), source);
  if (Number.isNaN(key)) return false;
  // A getter of the context may have run another evaluation, and that have read more segments.
  if (run.generation !== table.generation) forgetKeys(run, table);
  if (source.kind === "text") run.textKeys[slot] = key;
  else run.numberKeys[slot] = key;
  run.keySlots.push(slot);
  return true;
}

function keyOf(value: unknown, { path, kind }: KeySource): number {
  if (kind === "number") return typeof value === "number" ? value : Number.NaN;
  if (typeof value !== "string" || value.length > SURELY_SHORT) return Number.NaN;
  if (kind === "text") return path.texts.get(value) ?? -1;
  readParts(value, PARTS);
  return packParts(PARTS);
}

/** Forgets the keys: a text without a number may have got one from a segment that was read since. */
function forgetKeys(run: Run, { sources, generation }: ConditionTable): void {
  clearKeys(run);
  run.generation = generation;
  if (run.textKeys.length >= sources.length) return;
  run.textKeys = new Int32Array(sources.length * 2).fill(UNKNOWN_TEXT);
  run.numberKeys = new Float64Array(sources.length * 2).fill(Number.NaN);
}

/** Where a version is taken apart, for a moment. */
const PARTS: VersionParts = [0, 0, 0, 0];
