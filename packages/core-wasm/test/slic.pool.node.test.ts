import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { computeSuperpixelsSync, type Raster, type SlicOptions, type SlicProgress } from "../src/slic/index.ts";
import type { SlicPool, SlicPoolOptions } from "../src/slic/pool/node.ts";
import { type Compiled, compileSlic } from "./kit/compiled.ts";
import { formulaPicture } from "./kit/formula.ts";
import { expectSame } from "./kit/same.ts";
import { goldenCases, goldenPicture, labelHash } from "./kit/slic.ts";

let compiled: Compiled;
let createSlicPool: (options?: SlicPoolOptions) => SlicPool;
/** By their number of workers; threads take longer to start than most pictures here. */
const pools = new Map<number, SlicPool>();

beforeAll(async () => {
  compiled = await compileSlic();
  ({ createSlicPool } = await import(/* @vite-ignore */ compiled.url("slic/pool/node.js")));
});
afterAll(async () => {
  for (const pool of pools.values()) pool.close();
  await compiled.remove();
});

function poolOf(workers: number): SlicPool {
  const pool = pools.get(workers) ?? createSlicPool({ workers });
  pools.set(workers, pool);
  return pool;
}

describe("a pool of worker threads", () => {
  it("computes many pictures, more than it has workers", async () => {
    const pool = poolOf(2);
    const pictures = (["patches", "noise", "ramps", "corner", "patches"] as const).map((kind, i) =>
      formulaPicture(kind, 90 + i, 70),
    );
    const together = await Promise.all(pictures.map((each) => pool.compute(each, { segments: 40 })));
    pictures.forEach((each, i) => {
      expectSame(together[i]!, computeSuperpixelsSync(each, { segments: 40 }));
    });
  });

  it.each([1, 2, 3, 5])("splits one picture over %d workers with the same labels", async (workers) => {
    const pool = poolOf(workers);
    for (const each of await goldenCases()) {
      const picture = await goldenPicture(each);
      const options = { segments: each.n_segments, split: true };
      const before = await pool.compute(picture, { ...options, connectivity: false });
      expect(await labelHash(before)).toBe(each.before_connectivity_int32le_sha256);
      const labels = await pool.compute(picture, options);
      expect(await labelHash(labels)).toBe(each.labels_int32le_sha256);
      expect(labels.count).toBe(each.labels);
      expect(labels.data.buffer).toBeInstanceOf(ArrayBuffer);
    }
  });

  const awkward: [Raster, SlicOptions][] = [
    [formulaPicture("noise", 97, 61), { segments: 400 }],
    [formulaPicture("patches", 97, 61), { segments: 30, zero: false, compactness: 1 }],
    [formulaPicture("patches", 1, 300), { segments: 12 }],
    [formulaPicture("patches", 300, 1), { segments: 12 }],
    [formulaPicture("ramps", 5, 4), { segments: 1000 }],
    [formulaPicture("corner", 160, 120), { segments: 20, iterations: 300 }],
    [formulaPicture("noise", 200, 150), { segments: 90, sigma: 0 }],
    [{ width: 64, height: 64, channels: 1, data: new Uint8Array(4096) }, { segments: 10 }],
  ];
  it("splits awkward pictures too", async () => {
    const pool = poolOf(4);
    for (const [picture, options] of awkward) {
      const labels = await pool.compute(picture, { ...options, split: true });
      expectSame(labels, computeSuperpixelsSync(picture, options));
    }
  });

  it.each([true, false])("tells its progress (split: %s)", async (split) => {
    const steps: SlicProgress[] = [];
    const onProgress = (step: SlicProgress): void => void steps.push(step);
    await poolOf(2).compute(formulaPicture("noise", 90, 70), {
      iterations: 3,
      split,
      onProgress,
      segments: 20,
    });
    expect(steps).toEqual([1, 2, 3, 4, 5].map((done) => ({ done, total: 5 })));
  });

  it.each([true, false])("can be stopped, and goes on with the next (split: %s)", async (split) => {
    const pool = poolOf(2);
    const picture = formulaPicture("noise", 300, 200);
    const reason = new Error("enough");
    const controller = new AbortController();
    const onProgress = (): void => controller.abort(reason);
    const stopped = pool.compute(picture, {
      split,
      iterations: 5000,
      signal: controller.signal,
      onProgress,
    });
    await expect(stopped).rejects.toBe(reason);
    const labels = await pool.compute(picture, { split, segments: 30 });
    expectSame(labels, computeSuperpixelsSync(picture, { segments: 30 }));
  });

  it("does not begin what was stopped while it waited", async () => {
    const pool = poolOf(1);
    const picture = formulaPicture("noise", 300, 200);
    const first = pool.compute(picture, { segments: 30 });
    const controller = new AbortController();
    const second = pool.compute(picture, { signal: controller.signal });
    controller.abort(new Error("changed my mind"));
    await expect(second).rejects.toThrow("changed my mind");
    await first;
    await expect(pool.compute(picture, { signal: controller.signal })).rejects.toThrow("changed my mind");
  });

  it("takes many pictures at once under one signal without a warning, and all of them stop with it", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): number => warnings.push(warning);
    process.on("warning", note);
    const pool = createSlicPool({ workers: 1 });
    const picture = formulaPicture("noise", 64, 48);
    const controller = new AbortController();
    const { signal } = controller;
    const all = await Promise.all(Array.from({ length: 30 }, () => pool.compute(picture, { segments: 30, signal })));
    for (const labels of all) expectSame(labels, all[0]!);
    const more = Array.from({ length: 30 }, () => pool.compute(picture, { iterations: 5000, signal }));
    const reason = new Error("enough");
    controller.abort(reason);
    for (const result of await Promise.allSettled(more)) expect(result).toEqual({ status: "rejected", reason });
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.off("warning", note);
    pool.close();
    expect(warnings).toEqual([]);
  });

  it("rejects what is unfinished when it is closed, and everything after", async () => {
    const pool = createSlicPool({ workers: 1 });
    const picture = formulaPicture("noise", 300, 200);
    const running = pool.compute(picture, { iterations: 5000 });
    const waiting = pool.compute(picture);
    pool.close();
    await expect(running).rejects.toThrow("closed");
    await expect(waiting).rejects.toThrow("closed");
    await expect(pool.compute(picture)).rejects.toThrow("closed");
    pool.close();
  });

  it("refuses arguments out of range at once", async () => {
    expect(() => createSlicPool({ workers: 0 })).toThrow(RangeError);
    expect(() => createSlicPool({ workers: Number.NaN })).toThrow(RangeError);
    expect(() => createSlicPool({ threads: 2 } as never)).toThrow("unknown option threads: there are worker, workers");
    await expect(poolOf(1).compute(formulaPicture("noise", 30, 20), { segment: 9 } as never)).rejects.toThrow(
      "unknown option segment: there are segments",
    );
    const pool = poolOf(1);
    const picture = formulaPicture("noise", 30, 20);
    await expect(pool.compute(picture, { segments: 0 })).rejects.toThrow(RangeError);
    await expect(pool.compute({ ...picture, width: 31 })).rejects.toThrow(RangeError);
  });

  it("takes the script of the workers, or a function that starts one", async () => {
    const picture = formulaPicture("patches", 90, 70);
    const script = new URL(compiled.url("slic/pool/worker.node.js"));
    for (const worker of [script, fileURLToPath(script), () => new Worker(script)]) {
      const pool = createSlicPool({ workers: 1, worker });
      expectSame(await pool.compute(picture, { segments: 30 }), computeSuperpixelsSync(picture, { segments: 30 }));
      pool.close();
    }
  });

  it("computes from the sources too, with the script that was built of them", async () => {
    const sources = await import("../src/slic/pool/node.ts");
    const pool = sources.createSlicPool({ workers: 1 });
    const picture = formulaPicture("patches", 90, 70);
    expectSame(await pool.compute(picture, { segments: 30 }), computeSuperpixelsSync(picture, { segments: 30 }));
    pool.close();
  });

  it("says that the script is not there, or why it did not start, and never blames memory", async () => {
    const picture = formulaPicture("patches", 90, 70);
    const missing = new URL(compiled.url("slic/pool/gone.js"));
    const broken = new URL("data:text/javascript,throw new Error('broken')");
    for (const [worker, message] of [
      [missing, /^Worker script not found at file:.*gone\.js\. .*pass .*`worker`/],
      [broken, /did not start: broken/],
    ] as const) {
      const pool = createSlicPool({ workers: 2, worker });
      for (const split of [false, true]) {
        const error: Error = await pool.compute(picture, { split }).then(
          () => new Error("it computed"),
          (reason) => reason,
        );
        expect(error).toMatchObject({ tag: "SlicWorkerError", problem: "start", url: worker.href });
        expect(error.message).toMatch(message);
        expect(error.message).not.toMatch(/memory/i);
      }
      pool.close();
    }
  });

  it("says that a worker died, and goes on with another", async () => {
    let started: Worker | undefined;
    const pool = createSlicPool({
      workers: 1,
      worker: () => (started = new Worker(new URL(compiled.url("slic/pool/worker.node.js")))),
    });
    const picture = formulaPicture("noise", 300, 200);
    const onProgress = (): void => void started?.terminate();
    await expect(pool.compute(picture, { iterations: 5000, onProgress })).rejects.toMatchObject({
      tag: "SlicWorkerError",
      problem: "death",
    });
    expect((await pool.compute(picture, { segments: 30 })).count).toBeGreaterThan(10);
    pool.close();
  });

  it("says of a picture that memory does not hold that it does not", async () => {
    const pool = poolOf(2);
    const data = new Uint8Array(16_384 * 16_384);
    for (const split of [false, true]) {
      const computed = pool.compute({ width: 16_384, height: 16_384, channels: 1, data }, { split });
      await expect(computed).rejects.toMatchObject({ tag: "SlicMemoryError", width: 16_384 });
    }
    expect((await pool.compute(formulaPicture("noise", 90, 70), { segments: 30 })).count).toBeGreaterThan(10);
  });

  it("does not keep the process alive when it is idle", async () => {
    const script = `
      import { createSlicPool } from ${JSON.stringify(compiled.url("slic/pool/node.js"))};
      const pool = createSlicPool({ workers: 2 });
      const data = new Uint8Array(64 * 48);
      const one = await pool.compute({ width: 64, height: 48, channels: 1, data }, { segments: 12 });
      const two = await pool.compute({ width: 64, height: 48, channels: 1, data }, { segments: 12, split: true });
      console.log(one.count, two.count);
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
    expect(stdout.trim()).toBe("12 12");
  });
});
