/** Judges the conditions of flags and segments beyond what the schema can say. @module */
import {
  type AttributeCondition,
  type Condition,
  conditionsIn,
  type FlagCondition,
  variantsMeantBy,
} from "../condition.js";
import { isVersion, momentOf } from "../literal.js";
import type { Problem, ProblemText } from "../problem.js";
import { type Path, problemAt, type SourceFile } from "../source-file.js";
import { choiceOf } from "../suggestion.js";
import type { Names } from "./names.js";

/** How deep conditions may lie in each other; deeper bundles would be refused by clients. */
const MAX_DEPTH = 32;

const BOUNDS = ["atLeast", "above", "atMost", "below"] as const;

/**
 * Problems of a condition and all those inside it.
 *
 * @param path - Where in the file the condition stands.
 */
export function checkCondition(
  source: SourceFile,
  path: Path,
  condition: Condition | undefined,
  names: Names,
): Problem[] {
  if (condition === undefined) return [];
  const problems: Problem[] = [];
  for (const placed of conditionsIn(condition)) {
    const at = (steps: Path, text: ProblemText) =>
      problemAt(source, [...path, ...placed.path, ...steps], "value", text);
    const inner = placed.condition;
    if (placed.path.filter((step) => typeof step === "string").length === MAX_DEPTH) {
      problems.push(
        at([], {
          message: `conditions lie more than ${MAX_DEPTH} deep in each other`,
          expected: "a flatter condition, or a segment for a part of it",
        }),
      );
      break;
    }
    if ("inSegment" in inner && !names.segments.has(inner.inSegment))
      problems.push(at(["inSegment"], unknownSegment(inner.inSegment, names.segments)));
    if ("flag" in inner) problems.push(...checkPrerequisite(inner, at, names));
    if ("attribute" in inner)
      problems.push(...checkName(inner, at), ...checkLiterals(inner, at), ...checkBounds(inner, at));
  }
  return problems;
}

type At = (steps: Path, text: ProblemText) => Problem;

function unknownSegment(name: string, segments: ReadonlySet<string>): ProblemText {
  return {
    message: `there is no segment "${name}"`,
    expected: segments.size === 0 ? `a file segments/${name}.yaml with this key` : choiceOf([...segments], name),
    example: `# segments/${name}.yaml\nkey: ${name}\nwhen: { attribute: country, equals: SE }`,
  };
}

function checkPrerequisite(condition: FlagCondition, at: At, { flags }: Names): Problem[] {
  const { flag, gives } = condition;
  const variants = flags.get(flag);
  if (variants === undefined) {
    const text = { message: `there is no flag "${flag}"`, expected: choiceOf([...flags.keys()], flag) };
    return [at(["flag"], text)];
  }
  return variantsMeantBy(condition).flatMap((variant, index) => {
    if (variants.length === 0 || variants.includes(variant)) return [];
    const text = { message: `the flag "${flag}" has no variant "${variant}"`, expected: choiceOf(variants, variant) };
    return [at(typeof gives === "string" ? ["gives"] : ["gives", index], text)];
  });
}

function checkName({ attribute }: AttributeCondition, at: At): Problem[] {
  if (!attribute.startsWith("$")) return [];
  const text = {
    message: `"${attribute}" is reserved: attributes that begin with $ are the client's own`,
    expected: "another attribute; for the time, `starts` and `ends` of a rule",
    example: "starts: 2027-03-01T09:00:00+01:00",
  };
  return [at(["attribute"], text)];
}

/** Each literal alone, and the list of `in` as a whole. */
function checkLiterals(condition: AttributeCondition, at: At): Problem[] {
  const literals: [Path, unknown][] = (condition.in ?? []).map((literal, index) => [["in", index], literal]);
  for (const name of ["equals", ...BOUNDS] as const) {
    if (condition[name] !== undefined) literals.push([[name], condition[name]]);
  }
  const problems = literals.flatMap(([path, literal]) => {
    const text = literalText(condition, String(path[0]), literal);
    return text === undefined ? [] : [at(path, text)];
  });
  const [first] = condition.in ?? [];
  const other = (condition.in ?? []).findIndex((literal) => typeof literal !== typeof first);
  if (other > 0) {
    const message = `the list begins with a ${typeof first}, but this is a ${typeof condition.in?.[other]}`;
    problems.push(
      at(["in", other], {
        message,
        expected: `literals of one type: the attribute is read as a ${typeof first}`,
        example: 'in: ["1", "2"]',
      }),
    );
  }
  if (condition.as !== undefined && literals.length === 0) {
    problems.push(
      at(["as"], {
        message: "`as` has nothing to read here",
        expected: "equals, in, atLeast, above, atMost or below beside `as`",
        example: "as: version\natLeast: 2.1.0",
      }),
    );
  }
  return problems;
}

/** Evaluation reads an attribute that is missing as this text. */
const MISSING = "null";

function literalText(condition: AttributeCondition, name: string, literal: unknown): ProblemText | undefined {
  const { as } = condition;
  const isBound = (BOUNDS as readonly string[]).includes(name);
  if (!isBound && typeof literal === "number" && Number.isInteger(literal) && !Number.isSafeInteger(literal)) {
    return {
      message: `"${name}" has a number that is too large to be kept exactly: it would be ${literal}`,
      expected: "a whole number between -9007199254740991 and 9007199254740991, or a text",
      example: `${name === "in" ? 'in: ["9007199254740993"]' : `${name}: "9007199254740993"`}`,
    };
  }
  if (as === undefined && literal === MISSING && !isBound) {
    const message = `a context without "${condition.attribute}" equals this text too`;
    return { severity: "warning", message, expected: "another text, where a missing attribute should not match" };
  }
  if (as === undefined) {
    if (!isBound || typeof literal === "number") return undefined;
    const message = `"${name}" has the text ${JSON.stringify(literal)}, and only numbers are ordered by themselves`;
    return {
      message,
      expected: "a number, or `as: version` or `as: timestamp` beside it",
      example: `as: version\n${name}: 2.1.0`,
    };
  }
  const readable =
    typeof literal === "string" && (as === "version" ? isVersion(literal) : momentOf(literal) !== undefined);
  if (readable) return undefined;
  const version = {
    expected: "two to four numbers with dots between, in quotes if there are only two",
    example: `${name}: "2.1"`,
  };
  const timestamp = {
    expected: "a day, or a moment with its offset from UTC",
    example: `${name}: 2027-03-01T09:00:00+01:00`,
  };
  return { message: `${JSON.stringify(literal)} is not a ${as}`, ...(as === "version" ? version : timestamp) };
}

function checkBounds(condition: AttributeCondition, at: At): Problem[] {
  const problems: Problem[] = [];
  for (const [inclusive, exclusive] of [
    ["atLeast", "above"],
    ["atMost", "below"],
  ] as const) {
    if (condition[inclusive] === undefined || condition[exclusive] === undefined) continue;
    problems.push(
      at([exclusive], {
        message: `${inclusive} and ${exclusive} are two bounds on one side`,
        expected: "one of them",
        example: "atLeast: 18",
      }),
    );
  }
  const [low, high] = [condition.atLeast ?? condition.above, condition.atMost ?? condition.below];
  const exclusive = condition.above !== undefined || condition.below !== undefined;
  if (typeof low === "number" && typeof high === "number" && (low > high || (low === high && exclusive))) {
    problems.push(
      at([], {
        message: `nothing lies between ${low} and ${high}`,
        expected: "a lower bound below the upper one",
        example: "atLeast: 18\nbelow: 65",
      }),
    );
  }
  return problems;
}
