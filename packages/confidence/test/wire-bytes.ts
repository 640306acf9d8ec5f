/** Builds messages byte by byte, for layouts that no writer would choose. @module */

/** A message or text in a field. */
export function held(number: number, ...parts: readonly (readonly number[] | string)[]): number[] {
  const content = parts.flatMap((part) => (typeof part === "string" ? [...Buffer.from(part)] : part));
  return [...varint(number * 8 + 2), ...varint(content.length), ...content];
}

/** A number in a field. */
export function numbered(number: number, value: number): number[] {
  return [...varint(number * 8), ...varint(value)];
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
