import { type GroupField, groupValue } from "./group-fields.ts";

/** What is planned of an image before it has a part. */
export interface GroupedImage {
  readonly id: string;
  readonly record: Readonly<Record<string, unknown>>;
}

/**
 * Reads the tokens by which an image belongs to others: `patient 15`, `lesion IL_1`, and those of `more` (pictures that
 * show the same). All fields of one unit share their tokens: a `patient` is a `patient_id`. The same token is the same
 * string, which makes looking it up cheap.
 */
export function tokenReader(
  fields: readonly GroupField[],
  more: ReadonlyMap<string, string> = new Map(),
): (image: GroupedImage) => string[] {
  const tokens = new Map<string, Map<string, string>>();
  const readers = fields.map(({ unit, path }) => {
    const known = tokens.get(unit) ?? new Map<string, string>();
    tokens.set(unit, known);
    return { unit, keys: path.split("."), known };
  });
  return (image) => {
    const found: string[] = [];
    for (const { unit, keys, known } of readers) {
      const value = groupValue(valueAt(image.record, keys));
      if (value === undefined) continue;
      let token = known.get(value);
      if (token === undefined) {
        token = `${unit} ${value}`;
        known.set(value, token);
      }
      if (found.length === 0 || !found.includes(token)) found.push(token);
    }
    const other = more.get(image.id);
    if (other !== undefined) found.push(`duplicate ${other}`);
    return found;
  };
}

function valueAt(record: GroupedImage["record"], keys: readonly string[]): unknown {
  let value: unknown = record;
  for (const key of keys) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** Sets that grow together: union-find with path compression. */
export class Unions {
  readonly #parents: Int32Array;

  constructor(size: number) {
    this.#parents = Int32Array.from({ length: size }, (_, i) => i);
  }

  rootOf(at: number): number {
    const parents = this.#parents;
    let root = at;
    while (parents[root] !== root) root = parents[root] as number;
    for (let each = at; each !== root; ) {
      const next = parents[each] as number;
      parents[each] = root;
      each = next;
    }
    return root;
  }

  /** @returns the root of both: the smaller number */
  join(a: number, b: number): number {
    const [rootA, rootB] = [this.rootOf(a), this.rootOf(b)];
    const [low, high] = rootA < rootB ? [rootA, rootB] : [rootB, rootA];
    this.#parents[high] = low;
    return low;
  }
}

/** Images that must stay together. */
export interface ImageGroup {
  /** Places in the list, ascending. */
  readonly rows: readonly number[];
  /** Does not depend on what else is in the list: the smallest patient of the group, else lesion, else the id. */
  readonly name: string;
}

/** The groups of images by their tokens. */
export function groupImages(ids: readonly string[], tokens: readonly (readonly string[])[]): ImageGroup[] {
  const unions = new Unions(ids.length);
  const firsts = new Map<string, number>();
  tokens.forEach((list, row) => {
    for (const token of list) {
      const first = firsts.get(token);
      if (first === undefined) firsts.set(token, row);
      else unions.join(first, row);
    }
  });
  const rows = new Map<number, number[]>();
  for (let row = 0; row < ids.length; row++) {
    const root = unions.rootOf(row);
    const list = rows.get(root);
    if (list === undefined) rows.set(root, [row]);
    else list.push(row);
  }
  return Array.from(rows.values(), (list) => ({ rows: list, name: nameOf(list, ids, tokens) }));
}

const RANKS = ["patient ", "lesion "];
const rankOf = (token: string): number => {
  const rank = RANKS.findIndex((start) => token.startsWith(start));
  // Which pictures are alike depends on what else there is: they name a group last.
  return rank >= 0 ? rank : token.startsWith("duplicate ") ? 3 : 2;
};

function nameOf(rows: readonly number[], ids: readonly string[], tokens: readonly (readonly string[])[]): string {
  let best: string | undefined;
  let bestRank = 3;
  for (const row of rows) {
    for (const token of tokens[row] as readonly string[]) {
      const rank = rankOf(token);
      if (rank > bestRank || rank === 3) continue;
      if (rank < bestRank || best === undefined || token < best) [best, bestRank] = [token, rank];
    }
  }
  return best ?? `id ${rows.map((row) => ids[row] as string).sort()[0]}`;
}
