// This page is cross-origin isolated (vitest.config.ts); the frame in it is not.
import { afterEach, describe, expect, it } from "vitest";
import { computeSuperpixelsSync, type SlicProgress } from "../src/slic/index.ts";
import { createSlicPool, type SlicPool, SlicWorkerError } from "../src/slic/pool/index.ts";
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

  it.each([1, 2])("leaves the page free while %d compute 3 megapixels", async (workers) => {
    const made = createSlicPool({ workers });
    pool = made;
    const data = Uint8Array.from({ length: 2048 * 1536 * 3 }, (_, i) => (Math.imul(i >> 6, 0x9e3779b1) >>> 24) & 0xf0);
    const steps: SlicProgress[] = [];
    let longest = 0;
    let ticks = 0;
    const started = performance.now();
    let last = started;
    const timer = setInterval(() => {
      ticks++;
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 50);
    const picture = { width: 2048, height: 1536, channels: 3 as const, data };
    const labels = await made.compute(picture, { onProgress: (step) => steps.push(step) });
    clearInterval(timer);
    const elapsed = performance.now() - started;
    expect(labels.count).toBeGreaterThan(500);
    expect(picture.data.length).toBe(2048 * 1536 * 3); // copied, not taken
    expect(steps.at(-1)).toEqual({ done: 12, total: 12 });
    // A page that computes by itself has one gap as long as everything.
    expect(ticks).toBeGreaterThan(elapsed / 200);
    expect(longest).toBeLessThan(Math.max(200, elapsed / 4));
  });

  it("can be stopped", async () => {
    pool = createSlicPool({ workers: 1 });
    const controller = new AbortController();
    const stopped = pool.compute(formulaPicture("noise", 600, 400), {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    });
    await expect(stopped).rejects.toThrow("enough");
  });

  it("sends the picture alone, not the memory that it is a part of", async () => {
    pool = createSlicPool({ workers: 1 });
    const whole = new Uint8Array(5000 + 90 * 70 * 3);
    const picture = formulaPicture("patches", 90, 70);
    whole.set(picture.data, 5000);
    const part = { ...picture, data: whole.subarray(5000) };
    const expected = computeSuperpixelsSync(picture, { segments: 40 });
    expect(await pool.compute(part, { segments: 40 })).toEqual(expected);
    const clamped = { ...picture, data: new Uint8ClampedArray(picture.data) } as never;
    expect(await pool.compute(clamped, { segments: 40 })).toEqual(expected);
  });
});

describe("where the script of the workers lies", () => {
  const script = new URL("../src/slic/pool/worker.ts", import.meta.url);
  const start = (): Worker => new Worker(new URL("../src/slic/pool/worker.ts", import.meta.url), { type: "module" });

  it.each([
    ["a URL", script],
    ["a string", script.href],
    ["a path on the page's own host", script.pathname],
    ["a function", start],
  ])("%s", async (_what, worker) => {
    pool = createSlicPool({ workers: 1, worker });
    const picture = formulaPicture("patches", 90, 70);
    expect(await pool.compute(picture, { segments: 40 })).toEqual(computeSuperpixelsSync(picture, { segments: 40 }));
  });

  const broken = URL.createObjectURL(new Blob(["throw new Error('broken')"], { type: "text/javascript" }));
  const page = URL.createObjectURL(new Blob(["<!doctype html>"], { type: "text/html" }));
  it.each([
    [
      "nothing there",
      "/no/such/worker.js",
      /^Worker script not found at http.*\/no\/such\/worker.js \(.*pass .*`worker`/,
    ],
    ["a page there", page, /^Worker script not found at blob:.* \(there is text\/html instead\)/],
    ["a script that fails", broken, /^The worker script blob:.* did not start: .*broken/],
    ["a host that is not there", "http://127.0.0.1:9/worker.js", /127.0.0.1:9\/worker.js/],
  ])("%s", async (_what, worker, message) => {
    pool = createSlicPool({ workers: 2, worker });
    for (const split of [false, true]) {
      const error: unknown = await pool.compute(formulaPicture("noise", 90, 70), { split }).catch((reason) => reason);
      expect(error).toBeInstanceOf(SlicWorkerError);
      expect(error).toMatchObject({ tag: "SlicWorkerError", problem: "start" });
      expect((error as Error).message).toMatch(message);
      expect((error as Error).message).not.toMatch(/memory/i);
    }
  });

  it("a function that fails", async () => {
    const worker = (): Worker => {
      throw new Error("no workers today");
    };
    pool = createSlicPool({ workers: 1, worker });
    await expect(pool.compute(formulaPicture("noise", 90, 70))).rejects.toThrow("no workers today");
  });
});

/** Capability "shared memory": WebKitGTK has none, in isolated pages either. There one worker computes the whole picture. */
const sharesMemory = typeof SharedArrayBuffer === "function";

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
  const how = sharesMemory ? "splits it" : "(without shared memory) gives it to one";
  it.each([2, 3])(`a page that is isolated ${how}: %d workers, the same labels`, async (workers) => {
    expect(crossOriginIsolated).toBe(true);
    const made = createSlicPool({ workers });
    pool = made;
    await made.compute(formulaPicture("noise", 40, 30), { split: true }); // Tries once whether memory can be shared.
    for (const each of await goldenCases()) {
      const picture = await goldenPicture(each);
      const options = { segments: each.n_segments, split: true };
      const run = (): ReturnType<SlicPool["compute"]> => made.compute(picture, options);
      const [memories, labels] = await sharedMemoriesOf(globalThis, run);
      expect(memories).toBe(sharesMemory ? 1 : 0);
      expect(await labelHash(labels)).toBe(each.labels_int32le_sha256);
    }
  });

  it("a page that is not isolated gives it to one, with the same labels", async () => {
    const frame = document.createElement("iframe");
    frame.allow = "cross-origin-isolated 'none'";
    document.body.append(frame);
    try {
      const inner = frame.contentWindow as unknown as typeof globalThis;
      // Firefox and WebKit do not know the attribute: what such a page has not is taken from it.
      if (inner.crossOriginIsolated) {
        Object.defineProperty(inner, "crossOriginIsolated", { value: false });
        Reflect.deleteProperty(inner, "SharedArrayBuffer");
      }
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
