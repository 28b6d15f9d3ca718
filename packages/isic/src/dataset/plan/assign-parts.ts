import { splitByHash } from "@isic/select";
import { assignBalanced } from "./assign-balanced.ts";
import { followHeld } from "./follow-held.ts";
import { groupImages, type ImageGroup } from "./join-groups.ts";

/** Where an image is. */
export interface Assignment {
  readonly split: string;
  /** From 1. */
  readonly fold?: number | undefined;
}

/** Images to be given to parts. */
export interface PartQuestion {
  readonly ids: readonly string[];
  /** What each shares with others: its patients, its lesions, pictures that show the same. */
  readonly tokens: readonly (readonly string[])[];
  /** What decides about the part of each by `hash`: see `anchorReader`. */
  readonly anchors: readonly string[];
  /** The class of each, for `balanced`. */
  readonly classes: readonly string[];
  readonly shares: Readonly<Record<string, number>>;
  readonly method: "hash" | "balanced";
  readonly seed: number | string;
  /** Divides the first part into so many folds. */
  readonly folds?: number | undefined;
  /** Where images are already, by id; they never move. */
  readonly held: ReadonlyMap<string, Assignment>;
  /** May this new image come, by `hash`, to what is held and shares something with it, or is it where its anchor is? */
  readonly mayFollow: (id: string) => boolean;
}

export interface PartAnswer {
  /** Of each image; nothing for those that are left out. */
  readonly parts: readonly (Assignment | undefined)[];
  /** Rows of images that share something with images of another part, or of another fold. */
  readonly joining: readonly number[];
  /** Of the images that have a part. */
  readonly groups: readonly ImageGroup[];
}

/** Gives every image a part: what is held stays, and of what would lie in two parts one side is left out. */
export function assignParts(question: PartQuestion): PartAnswer {
  const { ids, tokens } = question;
  const parts = question.method === "hash" ? assignByHash(question) : assignBalanced(question);
  const rows = (isIn: boolean): number[] =>
    ids.map((_, row) => row).filter((row) => (parts[row] !== undefined) === isIn);
  const kept = rows(true);
  const groups = groupImages(
    kept.map((row) => ids[row] as string),
    kept.map((row) => tokens[row] as readonly string[]),
  ).map(({ rows: places, name }) => ({ rows: places.map((at) => kept[at] as number), name }));
  return { parts, joining: rows(false), groups };
}

function assignByHash(question: PartQuestion): (Assignment | undefined)[] {
  const { ids, tokens, anchors, shares, seed, folds } = question;
  const { placed, joining } = placedBefore(question);
  const rows = ids.map((_, row) => row).filter((row) => !joining.has(row));
  const records = rows.map((row) => {
    const links = { anchor: anchors[row] as string, links: tokens[row] as readonly string[] };
    const held = placed.get(row);
    return held === undefined ? links : { ...links, held: { part: held.split, fold: held.fold } };
  });
  const parts = new Array<Assignment | undefined>(ids.length).fill(undefined);
  splitByHash(records, shares, { seed, folds }).forEach((place, at) => {
    if (place !== undefined) parts[rows[at] as number] = assignment(place.part, place.fold);
  });
  return parts;
}

const assignment = (split: string, fold: number | undefined): Assignment =>
  fold === undefined ? { split } : { split, fold };

/** What has its part whatever its hash: what is held, and new images that come to it. */
function placedBefore(question: PartQuestion): {
  readonly placed: ReadonlyMap<number, Assignment>;
  /** Rows of new images that would join two parts. */
  readonly joining: ReadonlySet<number>;
} {
  const { ids, tokens, held, mayFollow } = question;
  if (held.size === 0) return { placed: new Map(), joining: new Set() };
  const placed = heldWithFolds(question);
  const names = new Map<string, Assignment>();
  const nameOf = (place: Assignment): string => {
    const name = `${place.fold ?? ""} ${place.split}`;
    names.set(name, place);
    return name;
  };
  const { parts, joining } = followHeld({
    ids,
    tokens: tokens.map((list, row) => (placed.has(row) || mayFollow(ids[row] as string) ? list : [])),
    held: new Map(Array.from(placed, ([row, place]) => [ids[row] as string, nameOf(place)])),
  });
  parts.forEach((name, row) => {
    if (name !== undefined) placed.set(row, names.get(name) as Assignment);
  });
  return { placed, joining };
}

/** What is held, by row; where folds are asked for later than parts, whole groups of what is held get them. */
function heldWithFolds({ ids, tokens, held, shares, seed, folds }: PartQuestion): Map<number, Assignment> {
  const placed = new Map(ids.flatMap((id, row) => (held.has(id) ? [[row, held.get(id) as Assignment]] : [])));
  if (folds === undefined) return placed;
  const [first] = Object.keys(shares);
  const rows = [...placed].filter(([, { split }]) => split === first).map(([row]) => row);
  const groups = groupImages(
    rows.map((row) => ids[row] as string),
    rows.map((row) => tokens[row] as readonly string[]),
  );
  const hashed = splitByHash(
    groups.map(({ name }) => ({ anchor: name, links: [] })),
    { all: 1 },
    { seed, folds },
  );
  groups.forEach((group, at) => {
    const own = group.rows.map((place) => placed.get(rows[place] as number)?.fold).find((fold) => fold !== undefined);
    for (const place of group.rows) {
      const row = rows[place] as number;
      const { split, fold = own ?? hashed[at]?.fold } = placed.get(row) as Assignment;
      placed.set(row, assignment(split, fold));
    }
  });
  return placed;
}
