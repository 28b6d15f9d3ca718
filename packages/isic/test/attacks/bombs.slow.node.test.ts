import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attack, bundledScript, type Outcome } from "./attack.ts";

/** What every attack must stay under: processor time, and all memory of a process with Node in it. */
const MOST_MS = 1000;
const MOST_BYTES = 300_000_000;
/** Not of ours: what a reader throws that did not foresee the case. */
const FOREIGN = ["none", "died", "Error", "TypeError", "RangeError", "SyntaxError"];

describe.each(["pictures.ts", "texts.ts", "files.ts"])("bombs: %s", (file) => {
  let script: Awaited<ReturnType<typeof bundledScript>>;
  beforeAll(async () => {
    script = await bundledScript(file);
  });
  afterAll(async () => {
    await script[Symbol.asyncDispose]();
  });

  test("each ends in a tagged error, in less than a second and 300 MB", async () => {
    const names = JSON.parse(execFileSync(process.execPath, [script.path, "names"], { encoding: "utf8" })) as string[];
    expect(names.length).toBeGreaterThan(30);
    const waiting = [...names];
    const failed: (Outcome & { readonly name: string })[] = [];
    const worker = async (): Promise<void> => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        const outcome = await attack(script.path, name);
        const isHeld = outcome.ms < MOST_MS && outcome.bytes < MOST_BYTES && !FOREIGN.includes(outcome.tag);
        if (!isHeld) failed.push({ name, ...outcome });
      }
    };
    await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
    expect(failed).toEqual([]);
  });
});
