// This page is cross-origin isolated (vitest.config.ts); the frame in it is not.
import { afterEach, describe, expect, it } from "vitest";
import { computeSuperpixelsSync, type SlicProgress } from "../src/slic/index.ts";
import { createSlicPool, type SlicPool } from "../src/slic/pool/index.ts";
import { formulaPicture } from "./kit/formula.ts";
import { goldenCases, goldenPicture, labelHash } from "./kit/slic.ts";

let pool: SlicPool | undefined;
afterEach(() => pool?.close());

describe("a pool of Web Workers", () => {
  it.each([false, true])("computes many pictures (split: %s)", async (split) => {
    const made = createSlicPool({ workers: 2 });
    pool = made;
    const pictures = (["patches", "noise", "ramps"] as const).map((kind) => formulaPicture(kind, 90, 70));
    const together = await Promise.all(pictures.map((each) => made.compute(each, { segments: 40, split })));
    expect(together).toEqual(pictures.map((each) => computeSuperpixelsSync(each, { segments: 40 })));
  });

  it("leaves the page free while it computes, tells its progress and can be stopped", async () => {
    pool = createSlicPool({ workers: 1 });
    const picture = formulaPicture("noise", 600, 400);
    const steps: SlicProgress[] = [];
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    });
    const labels = await pool.compute(picture, { onProgress: (step) => steps.push(step) });
    clearInterval(timer);
    expect(labels.count).toBeGreaterThan(500);
    expect(steps.at(-1)).toEqual({ done: 12, total: 12 });
    console.log(`the longest the page waited: ${longest.toFixed(0)} ms`);

    const controller = new AbortController();
    const stopped = pool.compute(picture, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    });
    await expect(stopped).rejects.toThrow("enough");
  });
});

/** How many shared memories are made while `run` runs: each picture that is split takes one. */
async function sharedMemoriesOf<T>(scope: typeof globalThis, run: () => Promise<T>): Promise<[made: number, T]> {
  const { Memory } = scope.WebAssembly;
  let made = 0;
  scope.WebAssembly.Memory = new Proxy(Memory, {
    construct(target, [descriptor]: [WebAssembly.MemoryDescriptor]) {
      if (descriptor.shared) made++;
      return new target(descriptor);
    },
  });
  try {
    const result = await run();
    return [made, result];
  } finally {
    scope.WebAssembly.Memory = Memory;
  }
}

describe("one picture over many workers", () => {
  it.each([2, 3])("a page that is isolated splits it over %d, with the same labels", async (workers) => {
    expect(crossOriginIsolated).toBe(true);
    const made = createSlicPool({ workers });
    pool = made;
    await made.compute(formulaPicture("noise", 40, 30), { split: true }); // Tries once whether memory can be shared.
    for (const each of await goldenCases()) {
      const picture = await goldenPicture(each);
      const options = { segments: each.n_segments, split: true };
      const run = (): ReturnType<SlicPool["compute"]> => made.compute(picture, options);
      const [memories, labels] = await sharedMemoriesOf(globalThis, run);
      expect(memories).toBe(1);
      expect(await labelHash(labels)).toBe(each.labels_int32le_sha256);
    }
  });

  it("a page that is not isolated gives it to one, with the same labels", async () => {
    const frame = document.createElement("iframe");
    frame.allow = "cross-origin-isolated 'none'";
    document.body.append(frame);
    try {
      const inner = frame.contentWindow as unknown as typeof globalThis;
      expect(inner.crossOriginIsolated).toBe(false);
      const url = new URL("../src/slic/pool/index.ts", import.meta.url).href;
      const inside = inner.eval(`import(${JSON.stringify(url)})`) as Promise<
        typeof import("../src/slic/pool/index.ts")
      >;
      const made = (await inside).createSlicPool({ workers: 2 });
      const picture = formulaPicture("patches", 200, 150);
      const run = (): ReturnType<SlicPool["compute"]> => made.compute(picture, { segments: 60, split: true });
      const [memories, labels] = await sharedMemoriesOf(inner, run);
      made.close();
      expect(labels.data).toBeInstanceOf(inner.Int32Array); // computed in there
      expect(memories).toBe(0);
      const expected = computeSuperpixelsSync(picture, { segments: 60 });
      expect(labels.count).toBe(expected.count);
      expect(await labelHash(labels)).toBe(await labelHash(expected));
    } finally {
      frame.remove();
    }
  });
});
