// Neighbours and outlines in WebAssembly, and where that is not to be had (or the image too large for it) in JavaScript.
import type { LabelImage } from "../types.ts";
import type { KernelInstance, KernelSource } from "./instances.ts";
import { align } from "./map.ts";
import type { GeometryExports } from "./modules.ts";
import { type FindPairs, findPairs } from "./pairs-js.ts";
import { type TraceRings, traceRings } from "./rings-js.ts";

/** Kernels look at what is before the labels, and up to 256 bytes behind. */
const LABELS_AT = 16;
const READ_AHEAD = 256;
/** Such an image, with all that is made of it, fits the module's 4 GB, unless most pixels are superpixels of their own. */
const MOST_PIXELS = 2 ** 26;
const MOST_BYTES = 2 ** 32 - 65_536;

const WRONG_LABEL = -1;
const NO_ROOM = -2;

export function wasmPairs(source: KernelSource<GeometryExports>): FindPairs {
  return (labels, corners) =>
    withLabels(source, labels, (core, free) => {
      const { width, height, count } = labels;
      const table = align(free + Math.ceil(width / 64) * 8);
      // Some six neighbours each, in a table half of which stays empty.
      for (let slots = powerOfTwo(Math.min(count, labels.data.length) * 8); ; slots *= 2) {
        if (!reserve(core, table + slots * 8)) return undefined;
        const pairs = core.run.touchingPairs(LABELS_AT, width, height, count, Number(corners), free, table, slots);
        if (pairs === WRONG_LABEL) return undefined;
        if (pairs !== NO_ROOM) return core.labels.slice(table / 4, table / 4 + pairs * 2);
      }
    }) ?? findPairs(labels, corners);
}

export function wasmRings(source: KernelSource<GeometryExports>): TraceRings {
  return (labels, corners, visit) => {
    const rings = withLabels(source, labels, (core, free) => ringsIn(core, free, labels, corners));
    if (rings === undefined) return traceRings(labels, corners, visit);
    for (let at = 0; at < rings.length; ) {
      const turns = at + 5;
      const end = turns + rings[at + 4]! * 2;
      visit(rings[at]!, rings[at + 1]!, rings[at + 2]!, rings[at + 3]!, rings.slice(turns, end));
      at = end;
    }
  };
}

/** What `traceRings` of the module writes. */
function ringsIn(
  core: KernelInstance<GeometryExports>,
  done: number,
  { width, height, data, count }: LabelImage,
  corners: boolean,
): Int32Array<ArrayBuffer> | undefined {
  const start = align(done + Math.ceil(width / 64) * 8 * height);
  // Borders of superpixels turn once for every ten of their pixels.
  for (let room = Math.max(65_536, align(data.length * 2)); ; room *= 2) {
    if (!reserve(core, start + room)) return undefined;
    const end = core.run.traceRings(LABELS_AT, width, height, count, Number(corners), done, start, start + room) >>> 0;
    if (end === 1) return undefined;
    if (end !== 2) return core.labels.slice(start / 4, end / 4);
  }
}

/** Undefined where the module cannot do it: the twin can, or says what is wrong. */
function withLabels<T>(
  source: KernelSource<GeometryExports>,
  labels: LabelImage,
  work: (core: KernelInstance<GeometryExports>, free: number) => T | undefined,
): T | undefined {
  const core = labels.data.length <= MOST_PIXELS ? source.take() : undefined;
  if (core === undefined) return undefined;
  try {
    const free = align(LABELS_AT + labels.data.length * 4 + READ_AHEAD);
    core.reserve(free);
    core.labels.set(labels.data, LABELS_AT / 4);
    return work(core, free);
  } finally {
    source.giveBack(core);
  }
}

function reserve(core: KernelInstance<GeometryExports>, length: number): boolean {
  if (length > MOST_BYTES) return false;
  core.reserve(length);
  return true;
}

function powerOfTwo(least: number): number {
  let power = 4096;
  while (power < least) power *= 2;
  return power;
}
