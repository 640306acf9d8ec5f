/** Cuts a line anew so that the fewest buckets change hands. @module */
import { bucketsIn, type Line, spansOf } from "../allocation.js";
import type { BucketSpan } from "../bucket-line.js";
import type { Sizes } from "../sizes.js";

/** Buckets, and whose they are. */
interface Piece extends BucketSpan {
  readonly owner: string;
}

/**
 * A line on which every name has as many buckets as asked, made from the line before.
 *
 * Who grows keeps every bucket and gets more; who shrinks keeps as many as it may; nobody else changes. Nothing less could
 * move: it is the sum of what is taken away. Buckets next to those of the one who grows go first, so that lines stay in few
 * pieces. The same line and sizes always give the same line.
 *
 * @param before - A line that covers everything from 0 to the sum of the sizes.
 * @throws RangeError if the line before does not have as many buckets as are asked for.
 * @example moveLine({ on: [0, 10], off: [10, 100] }, { on: 20, off: 80 }) // { on: [0, 20], off: [20, 100] }
 */
export function moveLine(before: Line, sizes: Sizes): Line {
  const had = new Map(Object.entries(before).map(([name, bounds]) => [name, bucketsIn(bounds)]));
  const wanted = new Map(Object.entries(sizes));
  const spare = new Map([...had].map(([name, count]) => [name, count - (wanted.get(name) ?? 0)]));
  const hasSpare = (name: string): boolean => (spare.get(name) ?? 0) > 0;
  let pieces = piecesOf(before);
  for (const [name, size] of wanted) {
    let missing = size - (had.get(name) ?? 0);
    while (missing > 0) {
      const gift = giftFor(pieces, name, hasSpare);
      if (gift === undefined) throw new RangeError("a line has fewer buckets than are asked for");
      const { owner, lower, upper } = gift.piece;
      const count = Math.min(missing, spare.get(owner) ?? 0, upper - lower);
      pieces = withGift(pieces, gift, name, count);
      spare.set(owner, (spare.get(owner) ?? 0) - count);
      missing -= count;
    }
  }
  return lineOf(pieces, [...wanted.keys()]);
}

/** Whose buckets are taken, and from which end. */
interface Gift {
  readonly piece: Piece;
  readonly fromBelow: boolean;
}

/** A piece next to one that the taker has, and else the top of the last that can be had. */
function giftFor(pieces: readonly Piece[], taker: string, gives: (owner: string) => boolean): Gift | undefined {
  let last: Piece | undefined;
  for (const [index, piece] of pieces.entries()) {
    if (!gives(piece.owner)) continue;
    if (pieces[index - 1]?.owner === taker) return { piece, fromBelow: true };
    if (pieces[index + 1]?.owner === taker) return { piece, fromBelow: false };
    last = piece;
  }
  return last === undefined ? undefined : { piece: last, fromBelow: false };
}

function withGift(pieces: readonly Piece[], { piece, fromBelow }: Gift, taker: string, count: number): Piece[] {
  const { lower, upper, owner } = piece;
  const cut = fromBelow ? lower + count : upper - count;
  const below = { lower, upper: cut, owner: fromBelow ? taker : owner };
  const above = { lower: cut, upper, owner: fromBelow ? owner : taker };
  return joined(pieces.flatMap((other) => (other === piece ? [below, above] : [other])));
}

/** Without empty pieces, neighbours of one owner as one. */
function joined(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    if (piece.lower === piece.upper) continue;
    const last = result.at(-1);
    if (last?.owner === piece.owner && last.upper === piece.lower)
      result[result.length - 1] = { ...last, upper: piece.upper };
    else result.push(piece);
  }
  return result;
}

function piecesOf(line: Line): Piece[] {
  const pieces = Object.entries(line).flatMap(([owner, bounds]) => spansOf(bounds).map((span) => ({ ...span, owner })));
  return joined(pieces.sort((a, b) => a.lower - b.lower));
}

function lineOf(pieces: readonly Piece[], names: readonly string[]): Line {
  const bounds = new Map<string, number[]>(names.map((name) => [name, []]));
  for (const { owner, lower, upper } of pieces) bounds.get(owner)?.push(lower, upper);
  return Object.fromEntries([...bounds].filter(([, found]) => found.length > 0));
}
