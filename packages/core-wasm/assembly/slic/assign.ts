// Every pixel to its nearest seed, a tile at a time. Most seeds are ruled out for a whole tile by bounds of the distance
// that are computed with the very operations of the distance; each of these is monotone also after rounding, so a bound
// never lies on the wrong side of a distance and the labels are those of the plain algorithm.
import { boxAt, covers, leastColour, mostColour, ROUNDING } from "./bounds";
import { eliminate } from "./eliminate";
import { Job, KEPT, labelRowBytes, rowBytes, seedAt, TILE } from "./job";
import { COVERED, LIST, MOST, moveCandidate, NUMBER, CANDIDATE } from "./candidates";
import { assignChecked, assignFull, fillTile } from "./tile";

// Where the parts of the scratch begin; set by `assignBands`.
let upper: usize = 0;
let counts: usize = 0;
let lists: usize = 0;
let active: usize = 0;
let actives: i32 = 0;
let inner: usize = 0;

/**
 * Assigns the bands `from` to `to`; says whether a label changed. `first`: no seed has a colour yet, no pixel a label.
 * `scratch`: 16 + LIST bytes per tile, 4 per seed, and 4096 + 64.
 */
export function assignBands(job: Job, from: i32, to: i32, first: bool, scratch: usize): bool {
  const tiles = <usize>job.tiles;
  inner = scratch;
  upper = inner + <usize>MOST * 64;
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
      if (tile % AHEAD == 0) touch(job, tile, min(tile + AHEAD, job.tiles), top, bottom);
      if (decide(job, band, tile, top, bottom, first)) changed = true;
    }
  }
  return changed;
}

/** Tiles whose colours are fetched at once. */
const AHEAD: i32 = 16;
let touched: i32 = 0;

/** Fetches the colours of some tiles row by row: the processor sees that coming, unlike the rows of one tile after another. */
function touch(job: Job, from: i32, to: i32, top: i32, bottom: i32): void {
  let all = 0;
  for (let y = top; y < bottom; y++) {
    for (let channel: usize = 0; channel < 3; channel++) {
      const row = job.lab + <usize>y * rowBytes(job) + channel * (<usize>job.pitch << 3);
      for (let tile = from; tile < to; tile++) all |= load<i32>(row + (<usize>tile << 6));
    }
  }
  touched = all;
}

/** An upper bound of each tile's nearest distances from the seed that its middle had before. Returns the largest. */
function boundByLabels(job: Job, band: i32, top: i32, bottom: i32, first: bool): f64 {
  const middle = job.labels + <usize>((top + bottom) >> 1) * labelRowBytes(job);
  let most: f64 = 0;
  for (let tile = 0; tile < job.tiles; tile++) {
    const left = tile * TILE;
    const right = min(left + TILE, job.width);
    let bound: f64 = Infinity;
    if (!first) {
      const seed = seedAt(job, load<i32>(middle + (<usize>((left + right) >> 1) << 2)));
      if (covers(seed, left, right, top, bottom)) {
        const dy = max<f64>(seed.y - <f64>top, <f64>(bottom - 1) - seed.y);
        const dx = max<f64>(seed.x - <f64>left, <f64>(right - 1) - seed.x);
        bound = (dy * dy + dx * dx) * job.nearness + mostColour(job, seed, boxAt(job, band, tile)) / seed.deviation;
      }
    }
    store<f64>(upper + (<usize>tile << 3), bound);
    store<i32>(counts + (<usize>tile << 2), 0);
    most = max(most, bound);
  }
  return most;
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
    let upmost: f64 = Infinity;
    if (covered) {
      const xMost = max<f64>(seed.x - <f64>left, <f64>(right - 1) - seed.x);
      const colour = mostColour(job, seed, box);
      // In the first round all seeds are equally far in colour: that distance only swallows the last bits of the nearness.
      const extra = first ? (colour + 64) * ROUNDING : colour / seed.deviation;
      upmost = (dyMost + xMost * xMost) * nearness + extra;
      store<f64>(bound, min<f64>(load<f64>(bound), upmost));
    }
    enlist(tile, k, least, upmost, covered);
  }
}

/** Adds a candidate to the list of a tile; when it is full, those that have been ruled out since leave it. */
function enlist(tile: i32, k: i32, least: f64, most: f64, covered: bool): void {
  const at = counts + (<usize>tile << 2);
  let count = load<i32>(at);
  if (count == MOST) count = sift(tile, count);
  if (count < MOST) {
    const candidate = lists + <usize>tile * LIST + <usize>count * CANDIDATE;
    store<f64>(candidate, least);
    store<f64>(candidate + 8, most);
    store<i32>(candidate + NUMBER, k);
    store<i32>(candidate + COVERED, covered);
  }
  store<i32>(at, count + 1);
}

/** Drops the candidates that cannot be nearest any more; returns how many stay. More than MOST: the list has overflowed. */
function sift(tile: i32, count: i32): i32 {
  if (count > MOST) return count;
  const list = lists + <usize>tile * LIST;
  const bound = load<f64>(upper + (<usize>tile << 3));
  let kept: usize = 0;
  for (let i = 0; i < count; i++) {
    const candidate = list + <usize>i * CANDIDATE;
    if (load<f64>(candidate) > bound) continue;
    moveCandidate(list + kept * CANDIDATE, candidate);
    kept++;
  }
  return <i32>kept;
}

/** Gives the pixels of a tile to its candidates; says whether a label changed. */
function decide(job: Job, band: i32, tile: i32, top: i32, bottom: i32, first: bool): bool {
  const left = tile * TILE;
  const right = min(left + TILE, job.width);
  const list = lists + <usize>tile * LIST;
  const known = job.tileLabels + <usize>(band * job.tiles + tile) * (KEPT << 2);
  let count = sift(tile, load<i32>(counts + (<usize>tile << 2)));
  if (count > MOST) {
    store<i32>(known, -1);
    return assignChecked(job, left, right, top, bottom, active, 4, actives);
  }
  if (count > 1) count = eliminate(job, list, count, boxAt(job, band, tile), left, right, top, bottom, first);
  let covered = count > 0;
  for (let i = 0; i < count; i++) covered = covered && load<i32>(list + <usize>i * CANDIDATE + COVERED) != 0;
  if (covered && count == 1 && isAll(known, load<i32>(list + NUMBER))) return false;
  for (let i = 0; i < KEPT; i++) {
    const label = covered && i < count && count <= KEPT ? load<i32>(list + <usize>i * CANDIDATE + NUMBER) : -1;
    store<i32>(known + (<usize>i << 2), label);
  }
  if (!covered) return assignChecked(job, left, right, top, bottom, list + NUMBER, CANDIDATE, count);
  if (count == 1) return fillTile(job, left, top, bottom, load<i32>(list + NUMBER));
  return assignFull(job, left, top, bottom, list + NUMBER, CANDIDATE, count, inner);
}

/** Is `label` the only one of a tile's? */
function isAll(known: usize, label: i32): bool {
  return load<i32>(known) == label && load<i32>(known, 4) == -1;
}
