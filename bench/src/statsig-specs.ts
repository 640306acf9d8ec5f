/** The logical flags as the specs that both of Statsig's SDKs evaluate. @module */
import { type LogicalCondition, type LogicalFlag, type LogicalRule, NO_TEXT } from "./logical-flag.js";

/** Places on the line of a split. */
const USER_BUCKETS = 1_000;

/** A condition of a rule. */
export interface StatsigCondition {
  readonly type: "user_field" | "ip_based" | "user_bucket";
  readonly field: string | null;
  readonly operator: string;
  readonly targetValue: unknown;
  readonly additionalValues: Readonly<Record<string, string>>;
  readonly idType: string;
}

/** A rule: all of its conditions must hold. */
export interface StatsigRule {
  readonly id: string;
  readonly conditions: readonly StatsigCondition[];
  readonly passPercentage: number;
  readonly returnValue: unknown;
  readonly [field: string]: unknown;
}

/** A gate or a dynamic config. */
export interface StatsigSpec {
  readonly rules: readonly StatsigRule[];
  readonly [field: string]: unknown;
}

/** A boolean flag as a gate. */
export function statsigGateOf(flag: LogicalFlag): StatsigSpec {
  const rules = flag.rules.map((rule) => ruleOf(rule, rule.name, [], rule.shares[0]?.[1] ?? 0, true));
  return { ...specOf(flag.key), type: "feature_gate", entity: "feature_gate", defaultValue: false, rules };
}

/** A text flag as a dynamic config. A split becomes a rule for each share: a bucket below the share's end. */
export function statsigConfigOf(flag: LogicalFlag): StatsigSpec {
  const rules = flag.rules.flatMap((rule) => {
    let end = 0;
    return rule.shares.map(([value, percent]) => {
      end += (percent / 100) * USER_BUCKETS;
      const bucket = rule.shares.length === 1 ? [] : [bucketBelow(end, rule.name)];
      return ruleOf(rule, `${rule.name}-${value}`, bucket, 100, { value });
    });
  });
  const defaultValue = { value: NO_TEXT };
  return { ...specOf(flag.key), type: "dynamic_config", entity: "dynamic_config", defaultValue, rules };
}

function specOf(key: string): object {
  return { name: key, salt: key, enabled: true, idType: "userID", version: 1 };
}

function ruleOf(
  rule: LogicalRule,
  id: string,
  bucket: readonly StatsigCondition[],
  passPercentage: number,
  returnValue: unknown,
): StatsigRule {
  const conditions = [...rule.conditions.flatMap(conditionsOf), ...bucket];
  return { name: id, id, salt: id, idType: "userID", groupName: null, conditions, passPercentage, returnValue };
}

function conditionsOf(condition: LogicalCondition): StatsigCondition[] {
  const field = condition.attribute;
  const type = field === "country" ? ("ip_based" as const) : ("user_field" as const);
  const subject = { type, field, additionalValues: {}, idType: "userID" };
  switch (condition.kind) {
    case "oneOf":
      return [{ ...subject, operator: "any", targetValue: condition.values }];
    case "versionFrom":
      return [{ ...subject, operator: "version_gte", targetValue: condition.version }];
    case "numberIn":
      return [
        { ...subject, operator: "gte", targetValue: condition.from },
        { ...subject, operator: "lt", targetValue: condition.below },
      ];
  }
}

function bucketBelow(end: number, salt: string): StatsigCondition {
  const additionalValues = { salt };
  return { type: "user_bucket", field: null, operator: "lt", targetValue: end, additionalValues, idType: "userID" };
}
