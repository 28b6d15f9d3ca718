import { cbrt, extremes, lightTable } from "../slic/colour.ts";
import { mirror, type Plan, type Slicer } from "../slic/plan.ts";
import type { LabelImage, Raster } from "../types.ts";
import { connect } from "./slic-connect-js.ts";

/**
 * SLIC (R. Achanta et al., "SLIC superpixels compared to state-of-the-art superpixel methods", IEEE TPAMI 34, 2012) and its
 * variant SLIC-zero as scikit-image 0.19 computes them, in JavaScript: every seed against every pixel of its window. The
 * WebAssembly is held against it.
 */
export function createJsSlicer(raster: Raster, plan: Plan): Slicer {
  const { width, height } = plan;
  const pixels = width * height;
  const lab = new Float64Array(3 * pixels);
  const labels = new Int32Array(pixels).fill(-1);
  const nearest = new Float64Array(pixels);
  const state = startingSeeds(plan);

  return {
    prepare(): void {
      toLab(raster, lab);
      blurRows(lab, plan);
      blurColumns(lab, plan);
      for (let i = 0; i < lab.length; i++) lab[i] = lab[i]! * plan.colourScale;
    },
    round(): boolean {
      const before = labels.slice();
      assign(lab, labels, nearest, state, plan);
      if (before.every((label, i) => label === labels[i])) return false;
      move(lab, labels, state, plan);
      if (plan.zero) widen(lab, labels, state);
      return true;
    },
    regions: (): LabelImage => connect(labels, plan),
    seeds(): LabelImage {
      return { width, height, data: labels, count: labels.reduce((most, label) => Math.max(most, label), 0) + 1 };
    },
  };
}

/** Six numbers per seed: x, y, L, a, b, and the colour deviation by which its colour distances are divided. */
const SEED = 6;

function startingSeeds({ grid }: Plan): Float64Array {
  const state = new Float64Array(grid.rows * grid.columns * SEED);
  let at = 0;
  for (let row = 0; row < grid.rows; row++) {
    for (let column = 0; column < grid.columns; column++, at += SEED) {
      state[at] = grid.startX + column * grid.strideX;
      state[at + 1] = grid.startY + row * grid.strideY;
      state[at + 5] = 1;
    }
  }
  return state;
}

/**
 * Linear light to CIE L*a*b* (CIE 15), as scikit-image has it: the matrix of the primaries of ITU-R BT.709 with the white
 * D65, to six digits, and the white point (0.95047, 1, 1.08883) of the 2 degree observer.
 */
function toLab(raster: Raster, lab: Float64Array): void {
  const { channels, data } = raster;
  const linear = lightTable(...extremes(raster));
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  for (let i = 0, at = 0; i < data.length; i += channels, at += 3) {
    const r = linear[data[i]!]!;
    const g = linear[data[i + green]!]!;
    const b = linear[data[i + blue]!]!;
    const x = curve((0.412453 * r + 0.35758 * g + 0.180423 * b) / 0.95047);
    const y = curve(0.212671 * r + 0.71516 * g + 0.072169 * b);
    const z = curve((0.019334 * r + 0.119193 * g + 0.950227 * b) / 1.08883);
    lab[at] = 116 * y - 16;
    lab[at + 1] = 500 * (x - y);
    lab[at + 2] = 200 * (y - z);
  }
}

/** The curve of L*a*b*: a cube root, and a line below (6/29)^3 = 0.008856 that meets it. */
function curve(t: number): number {
  return t > 0.008856 ? cbrt(t) : 7.787 * t + 16 / 116;
}

function blurRows(lab: Float64Array, { width, height, weights }: Plan): void {
  for (let y = 0; y < height; y++) {
    for (let channel = 0; channel < 3; channel++) blurLine(lab, y * width * 3 + channel, 3, width, weights);
  }
}

function blurColumns(lab: Float64Array, { width, height, weights }: Plan): void {
  for (let x = 0; x < width * 3; x++) blurLine(lab, x, width * 3, height, weights);
}

/** Blurs `count` numbers, `stride` apart; adds from the outermost pair inwards. */
function blurLine(lab: Float64Array, start: number, stride: number, count: number, weights: Float64Array): void {
  const radius = weights.length - 1;
  if (radius === 0) return;
  const line = new Float64Array(count + 2 * radius);
  for (let i = 0; i < line.length; i++) line[i] = lab[start + mirror(i - radius, count) * stride]!;
  for (let i = 0; i < count; i++) {
    const centre = i + radius;
    let sum = line[centre]! * weights[0]!;
    for (let j = radius; j > 0; j--) sum += (line[centre - j]! + line[centre + j]!) * weights[j]!;
    lab[start + i * stride] = sum;
  }
}

/** Every pixel to its nearest seed; the earlier one where two are equally near. */
function assign(lab: Float64Array, labels: Int32Array, nearest: Float64Array, state: Float64Array, plan: Plan): void {
  const { width, height, reachX, reachY, nearness } = plan;
  nearest.fill(Number.POSITIVE_INFINITY);
  for (let k = 0, at = 0; at < state.length; k++, at += SEED) {
    const [cx, cy] = [state[at]!, state[at + 1]!];
    const [cl, ca, cb] = [state[at + 2]!, state[at + 3]!, state[at + 4]!];
    const deviation = state[at + 5]!;
    if (Number.isNaN(cx)) continue;
    const left = Math.trunc(Math.max(cx - reachX, 0));
    const right = Math.trunc(Math.min(cx + reachX + 1, width));
    const top = Math.trunc(Math.max(cy - reachY, 0));
    const bottom = Math.trunc(Math.min(cy + reachY + 1, height));
    for (let y = top; y < bottom; y++) {
      const dy = (cy - y) * (cy - y);
      for (let x = left, i = y * width + left; x < right; x++, i++) {
        const near = (dy + (cx - x) * (cx - x)) * nearness;
        if (near >= nearest[i]!) continue; // colours only add to it
        const dl = lab[3 * i]! - cl;
        const da = lab[3 * i + 1]! - ca;
        const db = lab[3 * i + 2]! - cb;
        const distance = near + (dl * dl + da * da + db * db) / deviation;
        if (distance < nearest[i]!) {
          nearest[i] = distance;
          labels[i] = k;
        }
      }
    }
  }
}

function colourDistance(lab: Float64Array, pixel: number, state: Float64Array, seed: number): number {
  const dl = lab[pixel]! - state[seed + 2]!;
  const da = lab[pixel + 1]! - state[seed + 3]!;
  const db = lab[pixel + 2]! - state[seed + 4]!;
  return dl * dl + da * da + db * db;
}

/** Each seed to the mean of its pixels. A seed without any becomes NaN: it never wins again. */
function move(lab: Float64Array, labels: Int32Array, state: Float64Array, { width, height }: Plan): void {
  const counts = new Float64Array(state.length / SEED);
  for (let at = 0; at < state.length; at += SEED) state.fill(0, at, at + 5);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const k = labels[i]!;
      const at = k * SEED;
      counts[k] = counts[k]! + 1;
      state[at] = state[at]! + x;
      state[at + 1] = state[at + 1]! + y;
      for (let channel = 0; channel < 3; channel++)
        state[at + 2 + channel] = state[at + 2 + channel]! + lab[3 * i + channel]!;
    }
  }
  counts.forEach((count, k) => {
    for (let field = 0; field < 5; field++) state[k * SEED + field] = state[k * SEED + field]! / count;
  });
}

/** SLIC-zero: the largest colour distance of a seed's pixels so far becomes its unit. */
function widen(lab: Float64Array, labels: Int32Array, state: Float64Array): void {
  for (let i = 0; i < labels.length; i++) {
    const at = labels[i]! * SEED;
    const distance = colourDistance(lab, 3 * i, state, at);
    if (state[at + 5]! < distance) state[at + 5] = distance;
  }
}
