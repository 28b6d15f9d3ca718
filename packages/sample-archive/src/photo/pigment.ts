import type { Random } from "../world/random.ts";
import { type Colour, depthAt, type Lesion, type Subject } from "./lesion.ts";
import { coarse, fractal, honeycomb, noise, smooth } from "./noise.ts";

/** Colour zones by kind: the first is the ground, the others come up in patches. */
const PALETTES: { readonly [kind in Subject["kind"]]: readonly (readonly Colour[])[] } = {
  nevus: [
    [
      [164, 112, 80],
      [132, 84, 58],
      [104, 64, 46],
    ],
    [
      [148, 98, 72],
      [118, 74, 54],
      [172, 120, 88],
    ],
    [
      [120, 78, 58],
      [92, 58, 44],
      [142, 94, 70],
    ],
  ],
  melanoma: [
    [
      [118, 74, 54],
      [66, 42, 36],
      [38, 28, 30],
      [102, 104, 118],
      [176, 108, 96],
    ],
    [
      [134, 88, 66],
      [58, 38, 34],
      [112, 108, 120],
      [196, 132, 116],
      [44, 34, 38],
    ],
    [
      [96, 62, 48],
      [44, 32, 32],
      [140, 92, 72],
      [206, 168, 152],
    ],
  ],
  keratosis: [
    [
      [150, 112, 86],
      [118, 86, 66],
      [176, 140, 108],
    ],
    [
      [138, 104, 84],
      [104, 78, 64],
      [160, 132, 110],
    ],
  ],
  carcinoma: [
    [
      [206, 142, 126],
      [188, 112, 102],
      [118, 106, 118],
      [222, 176, 160],
    ],
    [
      [198, 148, 134],
      [174, 104, 96],
      [96, 90, 106],
    ],
  ],
  vascular: [
    [
      [168, 60, 66],
      [120, 34, 52],
      [196, 92, 88],
    ],
    [
      [140, 48, 66],
      [96, 30, 54],
      [180, 84, 90],
    ],
  ],
  lentigo: [
    [
      [176, 128, 96],
      [150, 104, 76],
      [194, 150, 118],
    ],
    [
      [160, 114, 84],
      [134, 92, 68],
      [186, 138, 106],
    ],
  ],
};

/** Writes (or changes) the colour of one pixel: red, green, blue. */
type Painter = (x: number, y: number, depth: number, colour: Float64Array) => void;

/** The lesion's colour without its structures. */
export function pigment(subject: Subject, shape: Lesion, dice: Random): Painter {
  const { width, height } = subject;
  const palette = dice.pick(PALETTES[subject.kind]);
  const contrast = subject.kind === "melanoma" || subject.kind === "carcinoma" ? 7 : 3.5;
  const scale = dice.between(1.1, 1.9) / shape.radius;
  const zones = palette.map((_, i) => {
    const field = fractal(noise(`${subject.seed}/zone/${i}`), 4);
    return coarse(width, height, 4, (x, y) => contrast * field(x * scale + 7 * i, y * scale) - 0.4 * i);
  });
  const mottle = fractal(noise(`${subject.seed}/mottle`), 3);
  const fine = coarse(width, height, 2, (x, y) => mottle((x / shape.radius) * 9, (y / shape.radius) * 9));
  const darker = dice.between(0.05, 0.3);
  return (x, y, depth, out) => {
    let total = 0;
    let r = 0;
    let g = 0;
    let b = 0;
    for (let i = 0; i < palette.length; i++) {
      const weight = Math.exp(zones[i]!(x, y));
      const colour = palette[i]!;
      total += weight;
      r += weight * colour[0];
      g += weight * colour[1];
      b += weight * colour[2];
    }
    const level = (1 - darker * smooth(0.1, 0.8, depth) + 0.1 * fine(x, y)) / total;
    out[0] = r * level;
    out[1] = g * level;
    out[2] = b * level;
  };
}

/** The structures that dermoscopists look for, by kind of lesion. */
export function structures(subject: Subject, shape: Lesion, dice: Random): readonly Painter[] {
  const unit = Math.min(subject.width, subject.height);
  const parts: Painter[] = [];
  if (subject.kind === "nevus" || subject.kind === "melanoma" || subject.kind === "lentigo") {
    parts.push(network(subject, unit, dice));
  }
  if (subject.kind === "nevus" || subject.kind === "melanoma") {
    const count = dice.weighted([
      [0, 3],
      [25, 3],
      [70, 3],
      [140, 1],
    ] as const);
    if (count > 0)
      parts.push(blobs(subject, shape, dice, { count, size: [0.006, 0.013], colour: [52, 34, 30], strength: 0.62 }));
  }
  if (subject.kind === "melanoma") {
    parts.push(blobs(subject, shape, dice, { count: 30, size: [0.003, 0.006], colour: [22, 18, 22], strength: 0.8 }));
  }
  if (subject.kind === "keratosis") {
    parts.push(
      blobs(subject, shape, dice, { count: 26, size: [0.006, 0.012], colour: [232, 216, 190], strength: 0.7 }),
    );
    parts.push(blobs(subject, shape, dice, { count: 20, size: [0.008, 0.016], colour: [62, 44, 36], strength: 0.75 }));
  }
  if (subject.kind === "carcinoma") {
    parts.push(blobs(subject, shape, dice, { count: 16, size: [0.014, 0.035], colour: [92, 88, 108], strength: 0.7 }));
    parts.push(vessels(subject, shape, dice));
  }
  if (subject.kind === "vascular") {
    parts.push(blobs(subject, shape, dice, { count: 46, size: [0.014, 0.034], colour: [104, 22, 42], strength: 0.75 }));
  }
  return parts;
}

/** Brown lines around pale holes, finer towards the rim, broken in places. */
function network(subject: Subject, unit: number, dice: Random): Painter {
  const comb = honeycomb(`${subject.seed}/network`);
  const where = fractal(noise(`${subject.seed}/network/where`), 2);
  const patchy = coarse(subject.width, subject.height, 4, (x, y) => where((x / unit) * 6, (y / unit) * 6));
  const bent = coarse(subject.width, subject.height, 4, (x, y) => where((x / unit) * 14 + 50, (y / unit) * 14));
  const cell = dice.between(38, 60) / unit;
  const strength = dice.between(0.16, 0.42) * (subject.kind === "lentigo" ? 0.7 : 1);
  const thickness = subject.kind === "melanoma" ? 0.42 : 0.34;
  return (x, y, depth, colour) => {
    const present =
      smooth(-0.35, 0.35, patchy(x, y)) * smooth(-0.02, 0.12, depth) * (1 - 0.55 * smooth(0.3, 0.9, depth));
    if (present < 0.02) return;
    const bend = 1.1 * bent(x, y);
    const line = comb(x * cell + bend, y * cell - bend) / thickness;
    const dark = strength * present * (Math.exp(-line * line) - 0.4);
    colour[0]! *= 1 - dark;
    colour[1]! *= 1 - 1.15 * dark;
    colour[2]! *= 1 - 1.1 * dark;
  };
}

interface Blobs {
  readonly count: number;
  /** Radius from and to, as a share of the shorter side. */
  readonly size: readonly [number, number];
  readonly colour: Colour;
  readonly strength: number;
}

/** Round soft spots at random places inside: globules, dots, cysts, clods. */
function blobs(subject: Subject, shape: Lesion, dice: Random, options: Blobs): Painter {
  const { width, height } = subject;
  const unit = Math.min(width, height);
  const cover = new Float32Array(width * height);
  for (let i = 0; i < options.count; i++) {
    const angle = dice.between(0, 2 * Math.PI);
    const reach = shape.radius * Math.sqrt(dice.next());
    const cx = shape.centre[0] + reach * Math.cos(angle);
    const cy = shape.centre[1] + reach * Math.sin(angle);
    const radius = Math.max(1, unit * dice.between(...options.size));
    const squash = dice.between(0.75, 1.3);
    const strength = options.strength * dice.between(0.6, 1);
    if (depthAt(shape, subject, cx, cy) < 0.08) continue;
    stamp(cover, width, height, cx, cy, radius, squash, strength);
  }
  return tint(cover, width, options.colour);
}

/** Red branches that grow, fork and thin out. */
function vessels(subject: Subject, shape: Lesion, dice: Random): Painter {
  const { width, height } = subject;
  const unit = Math.min(width, height);
  const cover = new Float32Array(width * height);
  const grow = (x: number, y: number, angle: number, thickness: number, left: number): void => {
    let heading = angle;
    let [px, py] = [x, y];
    for (let step = 0; step < left; step++) {
      heading += dice.between(-0.16, 0.16);
      px += Math.cos(heading) * thickness * 0.8;
      py += Math.sin(heading) * thickness * 0.8;
      if (depthAt(shape, subject, px, py) < 0) return;
      stamp(cover, width, height, px, py, thickness, 1, 0.62);
      if (thickness > unit * 0.0016 && dice.chance(0.02)) {
        grow(px, py, heading + dice.pick([-1, 1]) * dice.between(0.4, 0.9), thickness * 0.65, left * 0.6);
      }
    }
  };
  for (let i = 0; i < 5; i++) {
    const angle = dice.between(0, 2 * Math.PI);
    const reach = shape.radius * dice.between(0.1, 0.7);
    const [x, y] = [shape.centre[0] + reach * Math.cos(angle), shape.centre[1] + reach * Math.sin(angle)];
    grow(x, y, dice.between(0, 2 * Math.PI), unit * dice.between(0.0025, 0.0045), 120);
  }
  return tint(cover, width, [158, 44, 52]);
}

/** Mixes one colour in where `cover` says so. */
function tint(cover: Float32Array, width: number, wanted: Colour): Painter {
  return (x, y, _depth, colour) => {
    const share = cover[y * width + x]!;
    if (share === 0) return;
    for (let c = 0; c < 3; c++) colour[c]! += (wanted[c]! - colour[c]!) * share;
  };
}

/** Raises `cover` to a soft ellipse. */
export function stamp(
  cover: Float32Array,
  width: number,
  height: number,
  cx: number,
  cy: number,
  radius: number,
  squash: number,
  strength: number,
): void {
  const reach = radius * 1.5 + 1;
  const x1 = Math.min(width - 1, Math.ceil(cx + reach));
  const y1 = Math.min(height - 1, Math.ceil(cy + reach));
  for (let y = Math.max(0, Math.floor(cy - reach)); y <= y1; y++) {
    for (let x = Math.max(0, Math.floor(cx - reach)); x <= x1; x++) {
      const distance = Math.hypot((x - cx) / squash, (y - cy) * squash) / radius;
      const value = strength * smooth(1.35, 0.55, distance);
      const at = y * width + x;
      if (value > cover[at]!) cover[at] = value;
    }
  }
}
