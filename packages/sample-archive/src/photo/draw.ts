/**
 * Photos drawn by code, and the files they become.
 *
 * @module
 */
import type { Picture } from "../archive/source.ts";
import { type Random, random } from "../world/random.ts";
import { drawBubbles, drawFrame, drawHairs, drawRuler } from "./clutter.ts";
import { type Colour, type Lesion, lesion, lesionMask, type Subject } from "./lesion.ts";
import { coarse, fractal, honeycomb, noise, smooth } from "./noise.ts";
import { pigment, structures } from "./pigment.ts";

/** A drawn photo and the outline that an expert would give its lesion. */
export interface Drawing extends Picture {
  readonly mask: Uint8Array<ArrayBuffer>;
}

const SKINS: readonly Colour[] = [
  [226, 182, 160],
  [219, 170, 148],
  [232, 194, 176],
  [206, 158, 132],
  [214, 176, 158],
  [198, 146, 116],
];

/** Draws one dermoscopic (or clinical) photo: skin, lesion, and what lies on top of both. */
export function draw(subject: Subject): Drawing {
  const dice = random(`${subject.seed}/drawing`);
  const { width, height } = subject;
  const shape = lesion(subject, dice);
  const data = new Uint8ClampedArray(width * height * 4);
  const light = lighting(subject, dice);
  const skin = skinColour(subject, dice);
  const inside = pigment(subject, shape, dice);
  const details = structures(subject, shape, dice);
  const halo = subject.kind === "melanoma" || subject.kind === "carcinoma" ? 0.08 : 0.03;
  const grain = random(`${subject.seed}/grain`);
  const mixed = new Float64Array(3);
  const lesionColour = new Float64Array(3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const depth = shape.depth[y * width + x]!;
      skin(x, y, mixed);
      // blood gathers around a lesion
      if (depth < 0 && depth > -0.6) {
        const flush = halo * (1 + depth / 0.6);
        mixed[1]! *= 1 - flush;
        mixed[2]! *= 1 - flush * 0.8;
      }
      if (depth > -shape.softness) {
        inside(x, y, depth, lesionColour);
        for (const detail of details) detail(x, y, depth, lesionColour);
        const cover = smooth(-shape.softness, shape.softness * 1.6, depth);
        for (let c = 0; c < 3; c++) mixed[c]! += (lesionColour[c]! - mixed[c]!) * cover;
      }
      const lit = light(x, y);
      const speckle = (grain.next() + grain.next() - 1) * 7;
      const at = 4 * (y * width + x);
      data[at] = mixed[0]! * lit + speckle;
      data[at + 1] = mixed[1]! * lit + speckle * 0.9;
      data[at + 2] = mixed[2]! * lit + speckle;
      data[at + 3] = 255;
    }
  }
  const picture = { width, height, data };
  clutter(picture, subject, shape, dice);
  return { ...picture, mask: lesionMask(subject, shape) };
}

function clutter(picture: Picture, subject: Subject, shape: Lesion, dice: Random): void {
  if (subject.clinical) return;
  const unit = Math.min(subject.width, subject.height);
  if (dice.chance(0.35)) drawBubbles(picture, unit, shape, dice);
  if (dice.chance(0.7))
    drawHairs(
      picture,
      unit,
      dice,
      dice.weighted([
        [3, 4],
        [8, 4],
        [16, 2],
        [30, 1],
      ]),
    );
  if (dice.chance(0.28)) drawRuler(picture, unit, dice);
  if (dice.chance(0.3)) drawFrame(picture, unit, dice);
}

/** Base tone, slow patches of red and yellow, and the fine net of furrows. */
function skinColour(subject: Subject, dice: Random): (x: number, y: number, out: Float64Array) => void {
  const { width, height } = subject;
  const unit = Math.min(width, height);
  const base = dice.pick(SKINS);
  const patches = fractal(noise(`${subject.seed}/patches`), 3);
  const redness = fractal(noise(`${subject.seed}/redness`), 3);
  const tone = coarse(width, height, 8, (x, y) => 0.055 * patches((x / unit) * 3, (y / unit) * 3));
  const red = coarse(width, height, 8, (x, y) => 0.05 * redness((x / unit) * 7 + 31, (y / unit) * 7));
  const net = honeycomb(`${subject.seed}/furrows`);
  const warp = coarse(width, height, 6, (x, y) => patches((x / unit) * 12, (y / unit) * 12));
  const pores = fractal(noise(`${subject.seed}/pores`), 2);
  const cell = dice.between(20, 30) / unit;
  const depth = dice.between(0.015, 0.045);
  return (x, y, out) => {
    const bend = warp(x, y);
    const furrow = net(x * cell + bend, y * cell * 1.25 - bend);
    const relief = depth * (Math.min(1, furrow * 4) - 0.75) + 0.012 * pores(x * cell * 5, y * cell * 5);
    const level = 1 + tone(x, y) + relief;
    const blush = red(x, y);
    out[0] = base[0] * level;
    out[1] = base[1] * (level - blush);
    out[2] = base[2] * (level - 0.8 * blush);
  };
}

/** A lamp a little off the middle, and darker corners. */
function lighting(subject: Subject, dice: Random): (x: number, y: number) => number {
  const { width, height } = subject;
  const cx = width * dice.between(0.42, 0.58);
  const cy = height * dice.between(0.42, 0.58);
  const reach = Math.hypot(width, height) / 2;
  const fall = subject.clinical ? 0.06 : dice.between(0.12, 0.34);
  const tilt = dice.between(-0.05, 0.05);
  const gain = dice.between(0.98, 1.06);
  return coarse(width, height, 8, (x, y) => {
    const distance = Math.hypot(x - cx, y - cy) / reach;
    return gain * (1 - fall * distance ** 2.4) + tilt * ((x - cx) / width);
  });
}
