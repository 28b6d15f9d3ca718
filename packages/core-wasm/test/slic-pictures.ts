// Pictures and hashes for the suites about superpixels.
import { golden, goldenJson } from "@isic/fixtures";
import { decode } from "fast-png";
import type { LabelImage, Raster } from "../src/types.ts";

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

export async function sha256(data: ArrayBufferView<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
