import { describe, expect, it } from "vitest";
import { computeSuperpixels, computeSuperpixelsSync, type Raster, type SlicProgress } from "../src/slic/index.ts";
import { formulaPicture } from "./kit/formula.ts";
import { expectNumbers, expectSame } from "./kit/same.ts";
import { BUILDS, computeWith } from "./kit/slic.ts";

const picture = formulaPicture("patches", 120, 90);

describe("a computation", () => {
  it("is the same in one go and in steps", async () => {
    const labels = await computeSuperpixels(picture, { segments: 50 });
    expectSame(labels, computeSuperpixelsSync(picture, { segments: 50 }));
  });

  it("tells its progress: one step to prepare, one per round, one to connect", async () => {
    const steps: SlicProgress[] = [];
    await computeSuperpixels(picture, { segments: 50, iterations: 4, onProgress: (step) => steps.push(step) });
    expect(steps).toEqual([1, 2, 3, 4, 5, 6].map((done) => ({ done, total: 6 })));
  });

  it("ends early when the seeds have come to rest, with the same labels", () => {
    const steps: SlicProgress[] = [];
    const rested = computeSuperpixelsSync(picture, {
      segments: 12,
      iterations: 5000,
      onProgress: (step) => steps.push(step),
    });
    expect(steps.length).toBeLessThan(1000);
    expect(steps.at(-1)).toEqual({ done: 5002, total: 5002 });
    expectSame(rested, computeSuperpixelsSync(picture, { segments: 12, iterations: steps.length - 2 }));
  });

  it("can be stopped before it begins and between two rounds", async () => {
    const reason = new Error("enough");
    await expect(computeSuperpixels(picture, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const seen: number[] = [];
    const onProgress = ({ done }: SlicProgress): void => {
      seen.push(done);
      if (done === 3) controller.abort(reason);
    };
    await expect(computeSuperpixels(picture, { signal: controller.signal, onProgress })).rejects.toBe(reason);
    expect(seen).toEqual([1, 2, 3]);
  });

  it("lets other tasks run between its rounds", async () => {
    let turns = 0;
    let running = true;
    const turn = (): void => {
      turns++;
      if (running) setTimeout(turn);
    };
    setTimeout(turn);
    await computeSuperpixels(formulaPicture("noise", 400, 300), { segments: 50 });
    running = false;
    expect(turns).toBeGreaterThan(2);
  });

  it("passes on what a progress listener throws", async () => {
    const onProgress = (): void => {
      throw new Error("mine");
    };
    await expect(computeSuperpixels(picture, { onProgress })).rejects.toThrow("mine");
    expect(() => computeSuperpixelsSync(picture, { onProgress })).toThrow("mine");
  });

  it("many at once do not disturb each other", async () => {
    const pictures = [picture, formulaPicture("noise", 80, 70), formulaPicture("ramps", 111, 50)];
    const together = await Promise.all(pictures.map((each) => computeSuperpixels(each, { segments: 30 })));
    pictures.forEach((each, i) => {
      expectSame(together[i]!, computeSuperpixelsSync(each, { segments: 30 }));
    });
  });

  it("leaves the picture alone and gives labels that are the caller's", () => {
    const bytes = picture.data.slice();
    const labels = computeSuperpixelsSync(picture, { segments: 50 });
    expectNumbers(picture.data, bytes);
    expect(labels.data.byteOffset).toBe(0);
    expect(labels.data.buffer.byteLength).toBe(120 * 90 * 4);
    const again = computeSuperpixelsSync(picture, { segments: 50 });
    labels.data.fill(-7);
    expect(again.data.every((label) => label >= 0)).toBe(true);
  });

  it("reads a picture that is a part of a larger buffer, and clamped bytes", () => {
    const whole = new Uint8Array(picture.data.length + 13);
    whole.set(picture.data, 13);
    const part: Raster = { ...picture, data: whole.subarray(13) };
    const clamped = { ...picture, data: new Uint8ClampedArray(picture.data) } as unknown as Raster;
    const labels = computeSuperpixelsSync(picture, { segments: 50 });
    expectSame(computeSuperpixelsSync(part, { segments: 50 }), labels);
    expectSame(computeSuperpixelsSync(clamped, { segments: 50 }), labels);
  });
});

describe.each(BUILDS)("channels: %s", (build) => {
  const { width, height } = picture;
  const pixels = Array.from({ length: width * height }, (_, i) => i);

  it("alpha is ignored", () => {
    const data = Uint8Array.from(pixels.flatMap((i) => [...picture.data.subarray(3 * i, 3 * i + 3), (i * 31) & 255]));
    const labels = computeWith(build, { width, height, channels: 4, data }, { segments: 50 });
    expectSame(labels, computeWith(build, picture, { segments: 50 }));
  });

  it("grey is RGB with equal channels", () => {
    const grey = Uint8Array.from(pixels, (i) => picture.data[3 * i]!);
    const rgb = Uint8Array.from(pixels.flatMap((i) => [grey[i]!, grey[i]!, grey[i]!]));
    const labels = computeWith(build, { width, height, channels: 1, data: grey }, { segments: 50 });
    expectSame(labels, computeWith(build, { width, height, channels: 3, data: rgb }, { segments: 50 }));
  });
});
