// Pictures and hashes for the suites about superpixels.
import { golden, goldenJson } from "@isic/fixtures";
import { decode } from "fast-png";
import { expect } from "vitest";
import { hex } from "../../src/generated/slic.scalar.ts";
import { moduleFromHex } from "../../src/kernels/instances.ts";
import { createJsSlicer } from "../../src/kernels/slic-js.ts";
import type { SlicExports } from "../../src/kernels/slic-module.ts";
import { createWasmSlicer } from "../../src/kernels/slic-wasm.ts";
import { parameters, type SlicOptions } from "../../src/slic/options.ts";
import { planFor } from "../../src/slic/plan.ts";
import type { LabelImage, Raster } from "../../src/types.ts";
import { sha256 } from "./sha256.ts";

export interface GoldenCase {
  readonly image: string;
  readonly width: number;
  readonly height: number;
  readonly n_segments: number;
  readonly labels: number;
  readonly rgb_sha256: string;
  readonly labels_int32le_sha256: string;
  readonly before_connectivity_int32le_sha256: string;
}

export async function goldenCases(): Promise<readonly GoldenCase[]> {
  return (await goldenJson<{ cases: GoldenCase[] }>("slic/slic.json")).cases;
}

export async function goldenPicture(each: GoldenCase): Promise<Raster> {
  const png = decode(await golden(`slic/${each.image}`));
  if (png.channels !== 3 || png.depth !== 8) throw new Error(`${each.image}: expected 8 bit RGB`);
  return { width: png.width, height: png.height, channels: 3, data: new Uint8Array(png.data) };
}

/** The hash of the labels as int32, little-endian. */
export function labelHash(labels: LabelImage): Promise<string> {
  return sha256(labels.data);
}

export type Build = "simd" | "scalar" | "js";
export const BUILDS: readonly Build[] = ["simd", "scalar", "js"];

/** The superpixels by one of the three implementations. */
export function computeWith(build: Build, raster: Raster, options: SlicOptions = {}): LabelImage {
  const { before, after } = computeBoth(build, raster, options);
  return options.connectivity === false ? before() : after();
}

/** The same before and after connecting, from one computation; to be asked for in this order. */
export function computeBoth(
  build: Build,
  raster: Raster,
  options: SlicOptions = {},
): { before(): LabelImage; after(): LabelImage } {
  const plan = planFor(raster.width, raster.height, parameters(options));
  const slicer =
    build === "js"
      ? createJsSlicer(raster, plan)
      : createWasmSlicer(raster, plan, ...(build === "scalar" ? [scalarInstance()] : []));
  if (slicer === undefined) throw new Error(`the ${build} build does not run here`);
  slicer.prepare();
  for (let round = 0; round < plan.rounds && slicer.round(); round++);
  return { before: () => slicer.seeds(), after: () => slicer.regions() };
}

let scalar: WebAssembly.Module | undefined;

/** The entry brings the SIMD module alone; the scalar one is for other hosts. */
function scalarInstance(): SlicExports {
  scalar ??= moduleFromHex(hex);
  return new WebAssembly.Instance(scalar).exports as unknown as SlicExports;
}

/** What scikit-image gives a photo of the real data. */
export interface PhotoCase {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly labels: number;
  readonly rgb_sha256: string;
  readonly labels_int32le_sha256: string;
  readonly before_connectivity_int32le_sha256: string;
}

/** One computation of a photo by the module that everyone gets, held against scikit-image before and after connecting. */
export async function expectPhoto(picture: Raster, each: PhotoCase): Promise<void> {
  expect(await sha256(picture.data)).toBe(each.rgb_sha256);
  const { before, after } = computeBoth("simd", picture);
  expect(await labelHash(before())).toBe(each.before_connectivity_int32le_sha256);
  const labels = after();
  expect(await labelHash(labels)).toBe(each.labels_int32le_sha256);
  expect(labels.count).toBe(each.labels);
}

/** RGBA bytes without their alpha. */
export function withoutAlpha(width: number, height: number, rgba: ArrayLike<number>): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0, at = 0; at < data.length; i += 4) {
    data[at++] = rgba[i]!;
    data[at++] = rgba[i + 1]!;
    data[at++] = rgba[i + 2]!;
  }
  return { width, height, channels: 3, data };
}
