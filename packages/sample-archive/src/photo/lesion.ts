import type { Random } from "../world/random.ts";
import { coarse, fractal, noise } from "./noise.ts";

/** Colour as [red, green, blue]. */
export type Colour = readonly [number, number, number];

/** What a drawing is asked to look like. */
export interface Subject {
  readonly seed: string;
  readonly width: number;
  readonly height: number;
  readonly kind: "nevus" | "melanoma" | "keratosis" | "carcinoma" | "vascular" | "lentigo";
  /** Taken from further away, without a dermatoscope. */
  readonly clinical: boolean;
}

/** Where a lesion is and how deep inside each pixel lies. */
export interface Lesion {
  /** 0 on the border, 1 at the centre, negative outside; per pixel. */
  readonly depth: Float32Array;
  readonly radius: number;
  readonly centre: readonly [number, number];
  /** Half width of the transition from lesion to skin, as depth. */
  readonly softness: number;
}

/** How far outside the border anything still depends on its exact course. */
const NEAR = 2;

/** An ellipse whose border is eaten by noise of three sizes: rounder for moles, ragged for melanomas. */
export function lesion(subject: Subject, dice: Random): Lesion {
  const { seed, width, height, kind } = subject;
  const unit = Math.min(width, height);
  const ragged = { nevus: 0.5, melanoma: 1.25, keratosis: 0.75, carcinoma: 0.95, vascular: 0.6, lentigo: 1.05 }[kind];
  const radius = unit * (subject.clinical ? dice.between(0.08, 0.14) : dice.between(0.21, 0.35));
  const centre = [width / 2 + unit * dice.between(-0.08, 0.08), height / 2 + unit * dice.between(-0.06, 0.06)] as const;
  const angle = dice.between(0, Math.PI);
  const [cos, sin] = [Math.cos(angle) / radius, Math.sin(angle) / radius];
  const stretch = dice.between(1, kind === "nevus" ? 1.3 : 1.5);
  const shape = fractal(noise(`${seed}/shape`), 3);
  const edge = fractal(noise(`${seed}/edge`), 3);
  const slow = coarse(width, height, 4, (x, y) => 0.3 * shape((x / radius) * 1.1 + 40, (y / radius) * 1.1 + 40));
  const depth = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const dy = y - centre[1];
    for (let x = 0; x < width; x++) {
      const dx = x - centre[0];
      const u = (dx * cos + dy * sin) / stretch;
      const v = dy * cos - dx * sin;
      const distance = Math.sqrt(u * u + v * v);
      let inside = 1 - distance;
      if (distance < NEAR) {
        const wobble = slow(x, y) + 0.1 * edge((x / radius) * 5 + 80, (y / radius) * 5 + 80);
        // the very middle stays inside whatever the noise says
        inside -= ragged * wobble * Math.min(1, distance * 1.6);
      }
      depth[y * width + x] = inside;
    }
  }
  const softness = kind === "melanoma" ? dice.between(0.04, 0.09) : dice.between(0.07, 0.15);
  return { depth, radius, centre, softness };
}

/** The depth at any place, also outside of the picture. */
export function depthAt({ depth }: Lesion, { width, height }: Subject, x: number, y: number): number {
  const [column, row] = [Math.round(x), Math.round(y)];
  return column < 0 || row < 0 || column >= width || row >= height ? -1 : depth[row * width + column]!;
}

/** Pixels inside the border: the one component around the centre, without holes. */
export function lesionMask({ width, height }: Subject, shape: Lesion): Uint8Array<ArrayBuffer> {
  const inside = Uint8Array.from(shape.depth, (depth) => (depth > 0 ? 1 : 0));
  const start = Math.round(shape.centre[1]) * width + Math.round(shape.centre[0]);
  const body = flood(inside, width, height, [start], 1);
  const outside = flood(body, width, height, borderPixels(width, height), 0);
  return outside.map((out) => (out === 1 ? 0 : 255));
}

function flood(
  field: Uint8Array,
  width: number,
  height: number,
  seeds: Iterable<number>,
  value: 0 | 1,
): Uint8Array<ArrayBuffer> {
  const seen = new Uint8Array(width * height);
  const stack = new Int32Array(width * height);
  let size = 0;
  const visit = (at: number) => {
    if (seen[at] === 0 && field[at] === value) {
      seen[at] = 1;
      stack[size++] = at;
    }
  };
  for (const at of seeds) visit(at);
  while (size > 0) {
    const at = stack[--size]!;
    const x = at % width;
    if (x > 0) visit(at - 1);
    if (x < width - 1) visit(at + 1);
    if (at >= width) visit(at - width);
    if (at < width * (height - 1)) visit(at + width);
  }
  return seen;
}

function borderPixels(width: number, height: number): number[] {
  const out: number[] = [];
  for (let x = 0; x < width; x++) out.push(x, (height - 1) * width + x);
  for (let y = 0; y < height; y++) out.push(y * width, y * width + width - 1);
  return out;
}
