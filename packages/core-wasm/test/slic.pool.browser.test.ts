import { afterEach, describe, expect, it } from "vitest";
import { computeSuperpixelsSync, type SlicProgress } from "../src/slic/index.ts";
import { createSlicPool, type SlicPool } from "../src/slic/pool/index.ts";
import { formulaPicture } from "./kit/formula.ts";

let pool: SlicPool | undefined;
afterEach(() => pool?.close());

describe("a pool of Web Workers", () => {
  it.each([false, true])("computes many pictures (split: %s)", async (split) => {
    const made = createSlicPool({ threads: 2 });
    pool = made;
    const pictures = (["patches", "noise", "ramps"] as const).map((kind) => formulaPicture(kind, 90, 70));
    const together = await Promise.all(pictures.map((each) => made.computeSuperpixels(each, { segments: 40, split })));
    expect(together).toEqual(pictures.map((each) => computeSuperpixelsSync(each, { segments: 40 })));
  });

  it("leaves the page free while it computes, tells its progress and can be stopped", async () => {
    pool = createSlicPool({ threads: 1 });
    const picture = formulaPicture("noise", 900, 700);
    const steps: SlicProgress[] = [];
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    });
    const labels = await pool.computeSuperpixels(picture, { onProgress: (step) => steps.push(step) });
    clearInterval(timer);
    expect(labels.count).toBeGreaterThan(500);
    expect(steps.at(-1)).toEqual({ done: 12, total: 12 });
    console.log(`the longest the page waited: ${longest.toFixed(0)} ms`);

    const controller = new AbortController();
    const stopped = pool.computeSuperpixels(picture, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    });
    await expect(stopped).rejects.toThrow("enough");
  });
});
