import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { createPredicate } from "../src/index.ts";

/** Debian's Python, or another that is new enough to know atomic groups. */
const PYTHON = ["/usr/bin/python3", "python3"].find(
  (python) => spawnSync(python, ["-c", "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))"]).status === 0,
);

type Case = readonly [pattern: string, answers: readonly (readonly [text: string, found: boolean])[] | null];

/** What cannot be answered says so; it is rare. */
const GIVEN_UP = /a back reference in what is looked for behind|takes too many steps|capital letters beyond/;

describe.skipIf(PYTHON === undefined)("patterns in compat mode, beside Python itself (3.11 to 3.13)", () => {
  test.each([11, 12, 13])("2 000 random patterns, seed %i", { timeout: 60_000 }, (seed) => {
    const script = fileURLToPath(new URL("random-patterns.py", import.meta.url));
    const run = spawnSync(PYTHON!, [script, String(seed), "2000"], { encoding: "utf8", maxBuffer: 2 ** 27 });
    expect(run.stderr).toBe("");
    const cases = run.stdout
      .trimEnd()
      .split("\n")
      .map((line): Case => JSON.parse(line));
    expect(cases.length).toBeGreaterThan(1700);
    let [answered, givenUp] = [0, 0];
    for (const [pattern, answers] of cases) {
      const warnings: string[] = [];
      const onWarning = ({ message }: { readonly message: string }): number => warnings.push(message);
      const began = performance.now();
      const [find, findNot] = (["~", "!~"] as const).map((operator) =>
        createPredicate(["text", operator, pattern], { compat: true, onWarning }),
      );
      for (const [text, found] of answers ?? [["ab01 \n", null] as const]) {
        const both = [find!({ text }), findNot!({ text })];
        if (warnings.length > 0) continue;
        // What Python refuses selects nothing.
        expect(both, `${JSON.stringify(pattern)} in ${JSON.stringify(text)}`).toEqual([
          found === true,
          found === false,
        ]);
        answered++;
      }
      expect(performance.now() - began, pattern).toBeLessThan(5000);
      if (warnings.length > 0) givenUp++;
      for (const warning of warnings) expect(warning).toMatch(GIVEN_UP);
    }
    expect(answered).toBeGreaterThan(6000);
    expect(givenUp).toBeLessThan(40);
  });
});
