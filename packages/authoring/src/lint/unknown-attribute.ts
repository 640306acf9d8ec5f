/** Lint rule: attributes that contexts probably do not have. @module */
import { conditionsIn } from "../condition.js";
import type { Problem } from "../problem.js";
import type { Path, SourceFile } from "../source-file.js";
import { choiceOf, nearestOf } from "../suggestion.js";
import { type LintRule, type LintSubject, warningAt } from "./lint-subject.js";

/** Shorter names are alike by chance. */
const MIN_LENGTH = 4;
/** What contexts have without anybody saying so. */
const ALWAYS_KNOWN: readonly string[] = ["targetingKey", "targeting_key"];
/** More often than once, without being used. */
const ALWAYS = 2;

/**
 * With a list of the attributes there are: every attribute that is not in it. Without one: an attribute that is used once
 * and differs by a slip from another one that is used elsewhere.
 */
export const unknownAttribute: LintRule = {
  name: "unknown-attribute",
  find: (subject) => {
    const uses = usesIn(subject).filter(({ name }) => !name.startsWith("$"));
    return subject.attributes === undefined ? lonely(uses) : undeclared(uses, subject.attributes);
  },
};

interface Use {
  readonly name: string;
  readonly source: SourceFile;
  readonly path: Path;
}

/** Where attributes are read: in conditions, and as units. */
function usesIn({ flags, segments }: LintSubject): Use[] {
  const ofFlags = flags.flatMap(({ source, file }) =>
    (file.rules ?? []).flatMap((rule, index): Use[] => [
      ...(rule.when === undefined ? [] : usesOf(source, ["rules", index, "when"], rule.when)),
      ...(rule.unit === undefined ? [] : [{ name: rule.unit, source, path: ["rules", index, "unit"] }]),
    ]),
  );
  return [...ofFlags, ...segments.flatMap(({ source, file }) => usesOf(source, ["when"], file.when))];
}

function usesOf(source: SourceFile, path: Path, condition: Parameters<typeof conditionsIn>[0]): Use[] {
  return [...conditionsIn(condition)].flatMap((placed): Use[] =>
    "attribute" in placed.condition
      ? [{ name: placed.condition.attribute, source, path: [...path, ...placed.path, "attribute"] }]
      : [],
  );
}

function undeclared(uses: readonly Use[], declared: readonly string[]): Problem[] {
  const known = [...ALWAYS_KNOWN, ...declared];
  const isKnown = (name: string) => known.some((other) => name === other || name.startsWith(`${other}.`));
  return uses
    .filter(({ name }) => !isKnown(name))
    .map(({ name, source, path }) =>
      warningAt(source, path, "value", {
        message: `contexts have no attribute "${name}"`,
        expected: choiceOf([...declared].sort(), name),
      }),
    );
}

function lonely(uses: readonly Use[]): Problem[] {
  const counts = new Map<string, number>(ALWAYS_KNOWN.map((name) => [name, ALWAYS]));
  for (const { name } of uses) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts.keys()].map((name) => ({ name, letters: lettersOf(name) }));
  const earlier = new Set<string>();
  return uses.flatMap((use): Problem[] => {
    if (counts.get(use.name) !== 1) return [];
    // Of two names that are used once each, the later one is reported.
    const letters = lettersOf(use.name);
    const others = names
      .filter(({ name }) => (counts.get(name) ?? 0) > 1 || earlier.has(name))
      .filter((other) => letters !== other.letters && canBeSlip(use.name, other.name))
      .map(({ name }) => name);
    earlier.add(use.name);
    const meant = nearestOf(use.name, others, use.name.length > 8 ? 2 : 1);
    if (meant === undefined) return [];
    const text = {
      message: `the attribute "${use.name}" is used nowhere else, and is nearly "${meant}"`,
      expected: `${meant}; or, if both are meant, a list of all attributes for lint to go by`,
      example: `attribute: ${meant}`,
    };
    return [warningAt(use.source, use.path, "value", text)];
  });
}

/** What two names of a numbered series share. */
function lettersOf(name: string): string {
  return name.replace(/\d+/g, "");
}

/** Not one inside the other: `app`, `app.version`. */
function canBeSlip(name: string, other: string): boolean {
  if (name === other || Math.min(name.length, other.length) < MIN_LENGTH) return false;
  return !name.startsWith(`${other}.`) && !other.startsWith(`${name}.`);
}
