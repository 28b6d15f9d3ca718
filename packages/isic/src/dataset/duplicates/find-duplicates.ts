import { Unions } from "../plan/join-groups.ts";
import { bitsOf, DEFAULT_BITS, type Fingerprint, THUMB_LEVELS, thumbDistance, wordAt } from "./perceptual-hash.ts";

/** A picture to be held against others. */
export interface ComparedPicture {
  /** An id, or a file's name. */
  readonly id: string;
  /** Of the file's bytes. */
  readonly sha256: string;
  readonly fingerprint: Fingerprint;
}

/** Pictures that show the same. */
export interface DuplicateGroup {
  /** Are all the same file, byte for byte? */
  readonly isIdentical: boolean;
  /** Sorted. */
  readonly ids: readonly string[];
}

/**
 * Groups of pictures that are the same file, or look the same: hashes that differ in at most `bits` of 64 bits, and
 * thumbnails that differ by at most 6 grey levels on average. What is joined by others is one group.
 *
 * @throws RangeError unless `bits` is a whole number from 0 to 16
 */
export function findDuplicates(pictures: readonly ComparedPicture[], bits: number = DEFAULT_BITS): DuplicateGroup[] {
  if (!Number.isInteger(bits) || bits < 0 || bits > 16) {
    throw new RangeError(`expected a whole number of bits from 0 to 16, got ${bits}`);
  }
  const unions = new Unions(pictures.length);
  const firsts = new Map<string, number>();
  const alone: number[] = [];
  pictures.forEach(({ sha256 }, at) => {
    const first = firsts.get(sha256);
    if (first !== undefined) unions.join(first, at);
    else {
      firsts.set(sha256, at);
      alone.push(at);
    }
  });
  joinNear(pictures, alone, bits, unions);
  const groups = new Map<number, number[]>();
  pictures.forEach((_, at) => {
    const root = unions.rootOf(at);
    const list = groups.get(root);
    if (list === undefined) groups.set(root, [at]);
    else list.push(at);
  });
  const found = [...groups.values()].filter((list) => list.length > 1);
  const sorted = found.map((list) => ({
    isIdentical: list.every((at) => pictures[at]!.sha256 === pictures[list[0]!]!.sha256),
    ids: list.map((at) => pictures[at]!.id).sort(),
  }));
  return sorted.sort((a, b) => (a.ids[0]! < b.ids[0]! ? -1 : 1));
}

/**
 * Of hashes that differ in at most `bits` places, one of `bits + 1` bands is the same: only pictures with a common band
 * are held against each other.
 */
function joinNear(pictures: readonly ComparedPicture[], rows: readonly number[], bits: number, unions: Unions): void {
  const high = rows.map((row) => wordAt(pictures[row]!.fingerprint.hash, 0));
  const low = rows.map((row) => wordAt(pictures[row]!.fingerprint.hash, 8));
  const binary = rows.map((_, i) =>
    [high[i]!, low[i]!].map((word) => (word >>> 0).toString(2).padStart(32, "0")).join(""),
  );
  for (let band = 0; band <= bits; band++) {
    const [from, to] = [Math.floor((band * 64) / (bits + 1)), Math.floor(((band + 1) * 64) / (bits + 1))];
    const buckets = new Map<string, number[]>();
    for (let i = 0; i < rows.length; i++) {
      const key = binary[i]!.slice(from, to);
      const bucket = buckets.get(key);
      if (bucket === undefined) {
        buckets.set(key, [i]);
        continue;
      }
      for (const other of bucket) {
        if (bitsOf(high[i]! ^ high[other]!) + bitsOf(low[i]! ^ low[other]!) > bits) continue;
        const [a, b] = [rows[i]!, rows[other]!];
        if (unions.rootOf(a) === unions.rootOf(b)) continue;
        const difference = thumbDistance(pictures[a]!.fingerprint.thumb, pictures[b]!.fingerprint.thumb);
        if (difference <= THUMB_LEVELS) unions.join(a, b);
      }
      bucket.push(i);
    }
  }
}
