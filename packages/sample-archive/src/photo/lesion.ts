import type { Random } from "../world/random.ts";
import { fractal, noise } from "./noise.ts";

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

/** Depth below the lesion's border per pixel: 0 on it, 1 at the centre, negative outside. */
export interface Lesion {
  readonly depth: (x: number, y: number) => number;
  readonly radius: number;
  readonly centre: readonly [number, number];
  /** Half width of the transition from lesion to skin, as depth. */
  readonly softness: number;
}

/** An ellipse whose border is eaten by noise of three sizes: rounder for moles, ragged for melanomas. */
export function lesion(subject: Subject, dice: Random): Lesion {
  const unit = Math.min(subject.width, subject.height);
  const ragged = { nevus: 0.5, melanoma: 1.25, keratosis: 0.75, carcinoma: 0.95, vascular: 0.6, lentigo: 1.05 }[
    subject.kind
  ];
  const radius = unit * (subject.clinical ? dice.between(0.08, 0.14) : dice.between(0.21, 0.35));
  const centre = [
    subject.width / 2 + unit * dice.between(-0.08, 0.08),
    subject.height / 2 + unit * dice.between(-0.06, 0.06),
  ] as const;
  const angle = dice.between(0, Math.PI);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const stretch = dice.between(1, subject.kind === "nevus" ? 1.3 : 1.5);
  const shape = fractal(noise(`${subject.seed}/shape`), 3);
  const edge = fractal(noise(`${subject.seed}/edge`), 3);
  const depth = (x: number, y: number) => {
    const dx = (x - centre[0]) / radius;
    const dy = (y - centre[1]) / radius;
    const u = (dx * cos + dy * sin) / stretch;
    const v = -dx * sin + dy * cos;
    const distance = Math.sqrt(u * u + v * v);
    if (distance > 2.4) return 1 - distance;
    const wobble = 0.3 * shape(dx * 1.1 + 40, dy * 1.1 + 40) + 0.1 * edge(dx * 5 + 80, dy * 5 + 80);
    // the very middle stays inside whatever the noise says
    return 1 - distance - ragged * wobble * Math.min(1, distance * 1.6);
  };
  const softness = subject.kind === "melanoma" ? dice.between(0.04, 0.09) : dice.between(0.07, 0.15);
  return { depth, radius, centre, softness };
}

/** Pixels inside the border: the one component around the centre, without holes. */
export function lesionMask(subject: Subject, shape: Lesion): Uint8Array<ArrayBuffer> {
  const { width, height } = subject;
  const inside = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) inside[y * width + x] = shape.depth(x, y) > 0 ? 1 : 0;
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
  const stack: number[] = [];
  const visit = (at: number) => {
    if (seen[at] === 0 && field[at] === value) {
      seen[at] = 1;
      stack.push(at);
    }
  };
  for (const at of seeds) visit(at);
  while (stack.length > 0) {
    const at = stack.pop()!;
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
