// Every pixel to its nearest seed, a tile at a time. Most seeds are ruled out for a whole tile by bounds of the distance
// that are computed with the very operations of the distance; each of these is monotone also after rounding, so a bound
// never lies on the wrong side of a distance and the labels are those of the plain algorithm.
import { assignChecked, assignFull, fillTile } from "./tile";
import { Job, labelRowBytes, Seed, seedAt, TILE } from "./job";
import { farthest } from "./seeds";

/** At most so many rivals per tile; a tile with more is compared with all seeds near its band. */
const MOST: i32 = 64;
/** A rival: f64 the lower bound of its distances, i32 its number, i32 whether its window covers the tile. */
const RIVAL: usize = 16;
/** The bytes of a tile in the list of rivals. */
const LIST: usize = <usize>MOST * RIVAL;

/** Bytes of scratch that `assignBands` needs. */
export function assignScratch(job: Job): usize {
  return <usize>job.tiles * (16 + LIST) + (<usize>job.seeds << 2) + 64 + tileScratch();
}

function tileScratch(): usize {
  return MOST * 64 + TILE * TILE * 8;
}

// Where the parts of the scratch begin; set by `assignBands`.
let upper: usize = 0;
let counts: usize = 0;
let lists: usize = 0;
let active: usize = 0;
let actives: i32 = 0;
let inner: usize = 0;

/** Assigns the bands `from` to `to`; says whether a label changed. `first`: no seed has a colour yet. */
export function assignBands(job: Job, from: i32, to: i32, first: bool, scratch: usize): bool {
  const tiles = <usize>job.tiles;
  inner = scratch;
  upper = inner + tileScratch();
  counts = upper + (tiles << 3);
  lists = counts + ((tiles + 1) & ~1) * 4;
  lists = (lists + 15) & ~15;
  active = lists + tiles * LIST;
  let changed = false;
  for (let band = from; band < to; band++) {
    const top = band * TILE;
    const bottom = min(top + TILE, job.height);
    const most = boundByLabels(job, band, top, bottom, first);
    findActive(job, top, bottom);
    for (let i = 0; i < actives; i++) {
      const k = load<i32>(active + (<usize>i << 2));
      offer(job, k, band, top, bottom, first, most);
    }
    for (let tile = 0; tile < job.tiles; tile++) {
      if (decide(job, band, tile, top, bottom)) changed = true;
    }
  }
  return changed;
}

/** An upper bound of each tile's nearest distances from the seed that its middle had before. Returns the largest. */
function boundByLabels(job: Job, band: i32, top: i32, bottom: i32, first: bool): f64 {
  const middle = job.labels + <usize>min(top + TILE / 2, bottom - 1) * labelRowBytes(job);
  let most: f64 = 0;
  for (let tile = 0; tile < job.tiles; tile++) {
    let bound: f64 = Infinity;
    if (!first) {
      const left = tile * TILE;
      const right = min(left + TILE, job.width);
      const seed = seedAt(job, load<i32>(middle + (<usize>min(left + TILE / 2, right - 1) << 2)));
      if (covers(seed, left, right, top, bottom)) {
        const dy = max<f64>(Math.abs(seed.y - <f64>top), Math.abs(seed.y - <f64>(bottom - 1)));
        const dx = max<f64>(Math.abs(seed.x - <f64>left), Math.abs(seed.x - <f64>(right - 1)));
        bound = (dy * dy + dx * dx) * job.nearness + mostColour(job, seed, boxAt(job, band, tile)) / seed.deviation;
      }
    }
    store<f64>(upper + (<usize>tile << 3), bound);
    store<i32>(counts + (<usize>tile << 2), 0);
    most = max(most, bound);
  }
  return most;
}

// @ts-expect-error: decorator
@inline
function covers(seed: Seed, left: i32, right: i32, top: i32, bottom: i32): bool {
  return seed.left <= left && right <= seed.right && seed.top <= top && bottom <= seed.bottom;
}

// @ts-expect-error: decorator
@inline
function boxAt(job: Job, band: i32, tile: i32): usize {
  return job.boxes + (<usize>(band * 6) * <usize>job.tiles + <usize>tile << 3);
}

// @ts-expect-error: decorator
@inline
function mostColour(job: Job, seed: Seed, box: usize): f64 {
  const field = <usize>job.tiles << 3;
  return farthest(box, field, seed.l) + farthest(box + 2 * field, field, seed.a) + farthest(box + 4 * field, field, seed.b);
}

// @ts-expect-error: decorator
@inline
function leastColour(job: Job, seed: Seed, box: usize): f64 {
  const field = <usize>job.tiles << 3;
  return closest(box, field, seed.l) + closest(box + 2 * field, field, seed.a) + closest(box + 4 * field, field, seed.b);
}

/** The squared distance of `value` from the interval at `least`. */
// @ts-expect-error: decorator
@inline
function closest(least: usize, field: usize, value: f64): f64 {
  const distance = max<f64>(max<f64>(load<f64>(least) - value, value - load<f64>(least + field)), 0);
  return distance * distance;
}

/** The seeds whose windows reach into a band, in order. */
function findActive(job: Job, top: i32, bottom: i32): void {
  let count = 0;
  for (let k = 0; k < job.seeds; k++) {
    const seed = seedAt(job, k);
    if (seed.top >= bottom || seed.bottom <= top) continue;
    store<i32>(active + (<usize>count << 2), k);
    count++;
  }
  actives = count;
}

/** Offers a seed to the tiles of a band that it may win pixels of. */
function offer(job: Job, k: i32, band: i32, top: i32, bottom: i32, first: bool, most: f64): void {
  const seed = seedAt(job, k);
  const nearness = job.nearness;
  const yLeast = max<f64>(max<f64>(<f64>top - seed.y, seed.y - <f64>(bottom - 1)), 0);
  const dyLeast = yLeast * yLeast;
  if (dyLeast * nearness > most) return;
  const yMost = max<f64>(seed.y - <f64>top, <f64>(bottom - 1) - seed.y);
  const dyMost = yMost * yMost;
  const inRows = seed.top <= top && bottom <= seed.bottom;
  // No pixel farther than this can be won (with a pixel to spare for the rounding of the root).
  const reach = Math.sqrt(most / nearness) + 1;
  const from = max(seed.left, <i32>max<f64>(seed.x - reach, 0)) / TILE;
  const to = (min(seed.right - 1, <i32>min<f64>(seed.x + reach + 1, job.width)) / TILE) + 1;
  for (let tile = from; tile < to; tile++) {
    const left = tile * TILE;
    const right = min(left + TILE, job.width);
    const bound = upper + (<usize>tile << 3);
    const xLeast = max<f64>(max<f64>(<f64>left - seed.x, seed.x - <f64>(right - 1)), 0);
    let least = (dyLeast + xLeast * xLeast) * nearness;
    if (least > load<f64>(bound)) continue;
    const box = boxAt(job, band, tile);
    if (!first) {
      least += leastColour(job, seed, box) / seed.deviation;
      if (least > load<f64>(bound)) continue;
    }
    const covered = inRows && seed.left <= left && right <= seed.right;
    if (covered) {
      const xMost = max<f64>(seed.x - <f64>left, <f64>(right - 1) - seed.x);
      const colour = mostColour(job, seed, box);
      // In the first round all seeds are equally far in colour: that distance only swallows the last bits of the nearness.
      const extra = first ? (colour + 64) * (1.0 / 1_125_899_906_842_624.0) : colour / seed.deviation;
      store<f64>(bound, min<f64>(load<f64>(bound), (dyMost + xMost * xMost) * nearness + extra));
    }
    enlist(tile, k, least, covered);
  }
}

/** Adds a rival to the list of a tile; when it is full, those that have been ruled out since leave it. */
function enlist(tile: i32, k: i32, least: f64, covered: bool): void {
  const at = counts + (<usize>tile << 2);
  let count = load<i32>(at);
  if (count == MOST) count = sift(tile, count);
  if (count < MOST) {
    const rival = lists + <usize>tile * LIST + <usize>count * RIVAL;
    store<f64>(rival, least);
    store<i32>(rival + 8, k);
    store<i32>(rival + 12, covered);
  }
  store<i32>(at, count + 1);
}

/** Drops the rivals that cannot be nearest any more; returns how many stay. More than MOST: the list has overflowed. */
function sift(tile: i32, count: i32): i32 {
  if (count > MOST) return count;
  const list = lists + <usize>tile * LIST;
  const bound = load<f64>(upper + (<usize>tile << 3));
  let kept: usize = 0;
  for (let i = 0; i < count; i++) {
    const rival = list + <usize>i * RIVAL;
    if (load<f64>(rival) > bound) continue;
    v128move(list + kept * RIVAL, rival);
    kept++;
  }
  return <i32>kept;
}

// @ts-expect-error: decorator
@inline
function v128move(to: usize, from: usize): void {
  store<u64>(to, load<u64>(from));
  store<u64>(to + 8, load<u64>(from + 8));
}

/** Gives the pixels of a tile to its rivals; says whether a label changed. */
function decide(job: Job, band: i32, tile: i32, top: i32, bottom: i32): bool {
  const single = job.tileLabels + (<usize>(band * job.tiles + tile) << 2);
  const left = tile * TILE;
  const right = min(left + TILE, job.width);
  const count = sift(tile, load<i32>(counts + (<usize>tile << 2)));
  store<i32>(single, -1);
  if (count > MOST) return assignChecked(job, left, right, top, bottom, active, 4, actives, inner);
  const list = lists + <usize>tile * LIST;
  for (let i = 0; i < count; i++) {
    if (!load<i32>(list + <usize>i * RIVAL + 12)) return assignChecked(job, left, right, top, bottom, list + 8, RIVAL, count, inner);
  }
  if (count != 1) return assignFull(job, left, top, bottom, list + 8, RIVAL, count, inner);
  const label = load<i32>(list + 8);
  store<i32>(single, label);
  return fillTile(job, left, top, bottom, label);
}
