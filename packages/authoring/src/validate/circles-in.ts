/** Finds what refers to itself by way of others. @module */

/** What was found on one walk through everything. */
export interface Walk {
  /**
   * Circles, each once, as the names on the way round beginning with the smallest: of those that share names perhaps not all, but
   * none where there are none.
   */
  readonly circles: readonly (readonly string[])[];
  /** All names, each after those that it refers to; circles are broken somewhere. */
  readonly order: readonly string[];
}

/** Walks without recursion, so that a long chain is only long. Names that refer to nothing known may be left out. */
export function circlesIn(nextOf: ReadonlyMap<string, Iterable<string>>): Walk {
  const order = new Set<string>();
  const circles = new Map<string, string[]>();
  for (const start of nextOf.keys()) {
    const way: { key: string; next: string[] }[] = [];
    const enter = (key: string) => way.push({ key, next: [...(nextOf.get(key) ?? [])] });
    if (!order.has(start)) enter(start);
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      const key = top.next.shift();
      if (key === undefined) {
        order.add(top.key);
        way.pop();
        continue;
      }
      const place = way.findIndex((step) => step.key === key);
      if (place === -1 && !order.has(key)) enter(key);
      if (place === -1) continue;
      const circle = fromSmallest(way.slice(place).map((step) => step.key));
      circles.set(circle.join("\n"), circle);
    }
  }
  return { circles: [...circles.values()], order: [...order] };
}

function fromSmallest(keys: readonly string[]): string[] {
  const smallest = [...keys].sort()[0] ?? "";
  const place = keys.indexOf(smallest);
  return [...keys.slice(place), ...keys.slice(0, place)];
}
