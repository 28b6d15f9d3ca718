// Two seeds over one tile: what the pixels' colours add to both distances nearly cancels in their difference, so its
// bound is far tighter than the difference of their bounds. It is computed in other operations than the distances; the
// slack, thousands of times what rounding can do to either, keeps it on the right side.
import { mostColour, ROUNDING } from "./bounds";
import { Job, Seed, seedAt } from "./job";
import { COVERED, moveCandidate, NUMBER, CANDIDATE, UPMOST } from "./candidates";

/** Drops the candidates that are farther than the most promising one in every pixel; returns how many stay. */
export function eliminate(job: Job, list: usize, count: i32, box: usize, left: i32, right: i32, top: i32, bottom: i32, first: bool): i32 {
  let favourite = list;
  for (let i = 1; i < count; i++) {
    const candidate = list + <usize>i * CANDIDATE;
    if (load<f64>(candidate + UPMOST) < load<f64>(favourite + UPMOST)) favourite = candidate;
  }
  if (!load<i32>(favourite + COVERED)) return count;
  const number = load<i32>(favourite + NUMBER);
  const seed = seedAt(job, number);
  const most = load<f64>(favourite + UPMOST);
  let kept: usize = 0;
  for (let i = 0; i < count; i++) {
    const candidate = list + <usize>i * CANDIDATE;
    const k = load<i32>(candidate + NUMBER);
    if (k != number) {
      const other = seedAt(job, k);
      const nearer = lead(other.y, seed.y, top, bottom - 1) + lead(other.x, seed.x, left, right - 1);
      const paler = first ? 0 : colourLead(job, other, seed, box);
      const slack = first ? (mostColour(job, seed, box) + 64) * ROUNDING : (load<f64>(candidate + UPMOST) + most) * 1e-12;
      if (nearer * job.nearness + paler > slack) continue;
    }
    moveCandidate(list + kept * CANDIDATE, candidate);
    kept++;
  }
  return <i32>kept;
}

/** The least of (other - x)^2 - (own - x)^2 from `from` to `to`: it is linear in x. */
// @ts-expect-error: decorator
@inline
function lead(other: f64, own: f64, from: i32, to: i32): f64 {
  const apart = other - own;
  const sum = other + own;
  return min<f64>(apart * (sum - <f64>(2 * from)), apart * (sum - <f64>(2 * to)));
}

/** The least difference of the colour distances in a box: the sum over the channels of the least in each. */
function colourLead(job: Job, other: Seed, own: Seed, box: usize): f64 {
  const field = <usize>job.tiles << 3;
  const l = channelLead(other.l, other.inverse, own.l, own.inverse, box, field);
  const a = channelLead(other.a, other.inverse, own.a, own.inverse, box + 2 * field, field);
  const b = channelLead(other.b, other.inverse, own.b, own.inverse, box + 4 * field, field);
  return l + a + b;
}

/** The least of p (x - other)^2 - q (x - own)^2 in the interval at `least`: at an end, or at the bottom of the parabola. */
// @ts-expect-error: decorator
@inline
function channelLead(other: f64, p: f64, own: f64, q: f64, least: usize, field: usize): f64 {
  const from = load<f64>(least);
  const to = load<f64>(least + field);
  const atFrom = p * (from - other) * (from - other) - q * (from - own) * (from - own);
  const atTo = p * (to - other) * (to - other) - q * (to - own) * (to - own);
  const curvature = p - q;
  const slope = p * other - q * own;
  let low = min<f64>(atFrom, atTo);
  if (curvature > 0 && slope > from * curvature && slope < to * curvature) {
    low = min<f64>(low, -(p * q * (other - own) * (other - own)) / curvature);
  }
  return low;
}
