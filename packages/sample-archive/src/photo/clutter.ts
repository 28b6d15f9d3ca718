import type { Picture } from "../archive/source.ts";
import type { Random } from "../world/random.ts";
import type { Colour, Lesion } from "./lesion.ts";
import { stamp } from "./pigment.ts";

/** Dark hairs: curved, tapering, some crossing the lesion, each with a faint sheen on one side. */
export function drawHairs(picture: Picture, unit: number, dice: Random, count: number): void {
  const { width, height } = picture;
  const cover = new Float32Array(width * height);
  const trend = dice.between(0, Math.PI);
  for (let i = 0; i < count; i++) {
    const thickness = Math.max(0.55, unit * dice.between(0.0011, 0.0026));
    const length = unit * dice.between(0.25, 0.95);
    const angle = trend + dice.between(-0.6, 0.6);
    const bend = dice.between(-0.9, 0.9);
    let [x, y] = [dice.between(-0.05, 1.05) * width, dice.between(-0.05, 1.05) * height];
    const step = Math.max(0.5, thickness * 0.6);
    for (let along = 0; along < length; along += step) {
      const share = along / length;
      const heading = angle + bend * (share - 0.5);
      x += Math.cos(heading) * step;
      y += Math.sin(heading) * step;
      stamp(cover, width, height, x, y, thickness * (1 - 0.6 * share), 1, 0.86);
    }
  }
  blend(picture, cover, [46, 32, 28]);
}

/** The tick marks of a millimetre scale along one side. */
export function drawRuler(picture: Picture, unit: number, dice: Random): void {
  const { width, height } = picture;
  const cover = new Float32Array(width * height);
  const gap = unit * dice.between(0.034, 0.05);
  const thickness = Math.max(0.6, unit * 0.0022);
  const vertical = dice.chance(0.4);
  const slant = dice.between(-0.04, 0.04);
  const inset = unit * dice.between(0.035, 0.06);
  const far = dice.chance(0.5);
  const extent = vertical ? height : width;
  for (let i = 0; i * gap < extent; i++) {
    const reach = unit * (i % 10 === 0 ? 0.06 : i % 5 === 0 ? 0.042 : 0.026);
    for (let d = 0; d < reach; d += thickness * 0.8) {
      const along = i * gap + gap / 2;
      const across = inset + d + slant * along;
      const near = vertical ? (far ? width - across : across) : far ? height - across : across;
      stamp(cover, width, height, vertical ? near : along, vertical ? along : near, thickness, 1, 0.8);
    }
  }
  blend(
    picture,
    cover,
    dice.pick<Colour>([
      [34, 34, 44],
      [40, 48, 92],
    ]),
  );
}

/** Air in the immersion gel: a bright rim, a darker ring inside it and a glint. */
export function drawBubbles(picture: Picture, unit: number, shape: Lesion, dice: Random): void {
  const { width, height, data } = picture;
  for (let i = dice.integer(2, 9); i > 0; i--) {
    const radius = Math.max(2, unit * (dice.chance(0.8) ? dice.between(0.006, 0.014) : dice.between(0.018, 0.036)));
    const angle = dice.between(0, 2 * Math.PI);
    const reach = shape.radius * dice.between(0.5, 2);
    const cx = shape.centre[0] + reach * Math.cos(angle);
    const cy = shape.centre[1] + reach * Math.sin(angle);
    const rim = Math.max(1, radius * 0.16);
    for (let y = Math.max(0, Math.floor(cy - radius - 2)); y < Math.min(height, cy + radius + 2); y++) {
      for (let x = Math.max(0, Math.floor(cx - radius - 2)); x < Math.min(width, cx + radius + 2); x++) {
        const distance = Math.hypot(x - cx, y - cy);
        if (distance > radius + rim) continue;
        const edge = Math.exp(-(((distance - radius) / rim) ** 2));
        const ring = Math.exp(-(((distance - radius + 2.4 * rim) / (1.4 * rim)) ** 2));
        const glint = Math.exp(-((Math.hypot(x - cx + radius * 0.4, y - cy + radius * 0.4) / (radius * 0.16)) ** 2));
        const at = 4 * (y * width + x);
        for (let c = 0; c < 3; c++) {
          const value = data[at + c]!;
          data[at + c] = value + (250 - value) * Math.min(0.85, 0.4 * edge + 0.9 * glint) - value * 0.14 * ring;
        }
      }
    }
  }
}

/** The round black frame of a contact plate. */
export function drawFrame(picture: Picture, unit: number, dice: Random): void {
  const { width, height, data } = picture;
  const radius = Math.hypot(width, height) * dice.between(0.42, 0.5);
  const cx = width * dice.between(0.47, 0.53);
  const cy = height * dice.between(0.47, 0.53);
  const soft = unit * dice.between(0.008, 0.03);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const out = Math.hypot(x - cx, y - cy) - radius;
      if (out < -soft) continue;
      const keep = out > soft ? 0.035 : 0.035 + 0.965 * (0.5 - out / (2 * soft));
      const at = 4 * (y * width + x);
      for (let c = 0; c < 3; c++) data[at + c] = data[at + c]! * keep;
    }
  }
}

function blend(picture: Picture, cover: Float32Array, [r, g, b]: Colour): void {
  const { data } = picture;
  for (let i = 0; i < cover.length; i++) {
    const a = cover[i]!;
    if (a === 0) continue;
    data[4 * i] = data[4 * i]! + (r - data[4 * i]!) * a;
    data[4 * i + 1] = data[4 * i + 1]! + (g - data[4 * i + 1]!) * a;
    data[4 * i + 2] = data[4 * i + 2]! + (b - data[4 * i + 2]!) * a;
  }
}
