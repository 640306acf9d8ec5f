/** The house rules on small files. @module */
import { describe, expect, test } from "vitest";
import { sourceProblems } from "./source-problems.js";

const header = "/** Sixteen of them. @module */\n";
// Named apart from its bracket, so that the rules do not see a skipped test in this file.
const skip = "test.skip";
const todo = "it.todo";

describe("sourceProblems", () => {
  test.each([
    { path: "packages/core/src/bucket.ts", text: header },
    { path: "packages/cli/src/main.ts", text: `#!/usr/bin/env node\n${header}` },
    { path: "packages/core/src/day.ts", text: `${header}// not Date.now()\nconst day = new Date(atMs);` },
    { path: "packages/node/src/clock.ts", text: `${header}Date.now();` },
    { path: "packages/core/src/bucket.test.ts", text: `${header}console.log(1);` },
    {
      path: "packages/node/src/disk.test.ts",
      text: `${header}test.skipIf(!root)("full disk (needs root)", () => {});`,
    },
  ])("$path is fine: $text", ({ path, text }) => {
    expect(sourceProblems(path, text)).toEqual([]);
  });

  test.each([
    { path: "packages/node/src/file-utils.ts", text: header, line: 1, says: '"utils" says nothing' },
    { path: "packages/node/src/common/file.ts", text: header, line: 1, says: '"common" says nothing' },
    { path: "packages/node/src/file.ts", text: 'import "x";\n', line: 1, says: "the first line must be one sentence" },
    { path: "packages/node/src/file.ts", text: "/** No stop @module */\n", line: 1, says: "the first line must be" },
    { path: "packages/cli/src/main.ts", text: "#!/usr/bin/env node\n", line: 2, says: "the first line must be" },
    { path: "packages/core/src/day.ts", text: `${header}f(Date.now());`, line: 2, says: "core reads the clock" },
    { path: "packages/core/src/day.ts", text: `${header}\nnew Date();`, line: 3, says: "core reads the clock" },
    { path: "packages/core/src/day.ts", text: `${header}Math.random();`, line: 2, says: "core draws a random number" },
    { path: "packages/core/src/day.ts", text: `${header}setTimeout(f, 1);`, line: 2, says: "core starts a timer" },
    { path: "packages/core/src/day.ts", text: `${header}console.log(1);`, line: 2, says: "core logs" },
    {
      path: "packages/node/src/a.test.ts",
      text: `${header}${skip}("full disk", f);`,
      line: 2,
      says: "a skipped test",
    },
    { path: "packages/node/src/a.test.ts", text: `${header}${todo}("later");`, line: 2, says: "a skipped test" },
  ])("$path is refused: $says", ({ path, text, line, says }) => {
    expect(sourceProblems(path, text)).toEqual([expect.stringContaining(`${path}:${line}: ${says}`)]);
  });
});
