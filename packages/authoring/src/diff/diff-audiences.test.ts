/** What several audiences get alike is said once. @module */
import { describe, expect, test } from "vitest";
import { bundlesOf } from "../../testdata/bundles-of.js";
import { diffAudiences } from "./diff-audiences.js";

const flag = (key: string, fields: string) => ({ [`flags/${key}.yaml`]: `key: ${key}\ntype: boolean\n${fields}` });

describe("diffAudiences", () => {
  const before = bundlesOf({
    ...flag("both", "clientVisible: true\nrules: [{ name: r, serve: on }]"),
    ...flag("service", "rules: [{ name: r, serve: on }]"),
  });
  const after = bundlesOf({
    ...flag("both", "clientVisible: true\nrules: [{ name: r, serve: clientDefault }]"),
    ...flag("service", "rules: [{ name: r, serve: clientDefault }]"),
  });

  test("each difference once, with whom it concerns", () => {
    const { compared, changes } = diffAudiences(before, after);
    expect(compared).toEqual(["service.production", "web.production"]);
    expect(changes.map(({ key, part, audiences }) => [key, part, audiences])).toEqual([
      ["both", "variant", ["service.production", "web.production"]],
      ["both", "split", ["service.production", "web.production"]],
      ["service", "variant", ["service.production"]],
      ["service", "split", ["service.production"]],
    ]);
  });

  test("audiences that come and go", () => {
    const [service, web] = [before.slice(0, 1), before.slice(1)];
    expect(diffAudiences(service, web)).toMatchObject({
      compared: [],
      added: ["web.production"],
      removed: ["service.production"],
      changes: [],
    });
  });
});
