/** At most so many candidates per tile; a tile with more is compared with all seeds near its band. */
export const MOST: i32 = 64;
/** A candidate: f64 the bounds of its distances, i32 its number, i32 whether its window covers the tile. */
export const CANDIDATE: usize = 24;
export const UPMOST: usize = 8;
export const NUMBER: usize = 16;
export const COVERED: usize = 20;
/** The bytes of a tile in the list of candidates. */
export const LIST: usize = <usize>MOST * CANDIDATE;

export function moveCandidate(to: usize, from: usize): void {
  store<u64>(to, load<u64>(from));
  store<u64>(to, load<u64>(from, 8), 8);
  store<u64>(to, load<u64>(from, 16), 16);
}
