import { split } from "@isic/select";
import { groupImages, type ImageGroup, Unions } from "./join-groups.ts";

/** Images to be given to parts. */
export interface PartQuestion {
  readonly ids: readonly string[];
  readonly tokens: readonly (readonly string[])[];
  /** The class of each, for `balanced`. */
  readonly classes: readonly string[];
  readonly shares: Readonly<Record<string, number>>;
  readonly method: "hash" | "balanced";
  readonly seed: number | string;
  /** Parts that images have already, by id; they never move. */
  readonly held: ReadonlyMap<string, string>;
}

export interface PartAnswer {
  /** Of each image; nothing for those that are left out. */
  readonly parts: readonly (string | undefined)[];
  /** Rows of new images that would have joined what lies in two parts. */
  readonly joining: readonly number[];
  readonly groups: readonly ImageGroup[];
}

/** Gives every image a part: whole groups, what is held stays, and a new image that would join two parts is left out. */
export function assignParts(question: PartQuestion): PartAnswer {
  const { ids, tokens, held } = question;
  const all = groupImages(ids, tokens);
  const joining = held.size === 0 ? [] : all.flatMap((group) => joiningRows(group, question));
  const out = new Set(joining);
  const kept = ids.map((_, row) => row).filter((row) => !out.has(row));
  const groups =
    joining.length === 0
      ? all
      : groupImages(
          kept.map((row) => ids[row] as string),
          kept.map((row) => tokens[row] as readonly string[]),
        ).map(({ rows, name }) => ({ rows: rows.map((at) => kept[at] as number), name }));
  const parts = new Array<string | undefined>(ids.length).fill(undefined);
  const open: ImageGroup[] = [];
  for (const group of groups) {
    const part = group.rows.map((row) => held.get(ids[row] as string)).find((each) => each !== undefined);
    if (part === undefined) open.push(group);
    else for (const row of group.rows) parts[row] = held.get(ids[row] as string) ?? part;
  }
  for (const [part, rows] of Object.entries(splitGroups(open, question, parts)))
    for (const row of rows) parts[row] = part;
  return { parts, joining, groups };
}

/** New images of a group, by id, that touch what lies in more than one part. */
function joiningRows({ rows }: ImageGroup, { ids, tokens, held }: PartQuestion): number[] {
  const parts = new Set(rows.map((row) => held.get(ids[row] as string)).filter((part) => part !== undefined));
  if (parts.size < 2) return [];
  const numbers = new Map<string, number>();
  for (const row of rows)
    for (const token of tokens[row] as readonly string[]) numbers.set(token, numbers.get(token) ?? numbers.size);
  const unions = new Unions(numbers.size);
  const partsOf = new Map<number, ReadonlySet<string>>();
  const place = (row: number, own: ReadonlySet<string>): void => {
    const roots = (tokens[row] as readonly string[]).map((token) => unions.rootOf(numbers.get(token) as number));
    const met = new Set([...own, ...roots.flatMap((root) => [...(partsOf.get(root) ?? [])])]);
    const root = roots.reduce((a, b) => unions.join(a, b));
    partsOf.set(root, met);
  };
  const byId = [...rows].sort((a, b) => ((ids[a] as string) < (ids[b] as string) ? -1 : 1));
  for (const row of byId) {
    const part = held.get(ids[row] as string);
    if (part !== undefined) place(row, new Set([part]));
  }
  const joining: number[] = [];
  for (const row of byId) {
    if (held.has(ids[row] as string)) continue;
    const met = new Set(
      (tokens[row] as readonly string[]).flatMap((token) => [
        ...(partsOf.get(unions.rootOf(numbers.get(token) as number)) ?? []),
      ]),
    );
    if (met.size > 1) joining.push(row);
    else place(row, met);
  }
  return joining;
}

type Row = { readonly row: number; readonly name: string; readonly kind: string };

function splitGroups(
  groups: readonly ImageGroup[],
  { classes, shares, method, seed, held }: PartQuestion,
  parts: readonly (string | undefined)[],
): Record<string, number[]> {
  if (groups.length === 0) return {};
  // A group's part is a function of its name alone: nothing else of it is looked at.
  if (method === "hash") {
    const found = split(groups, shares, { group: ({ name }) => name, seed });
    return Object.fromEntries(Object.entries(found).map(([part, list]) => [part, list.flatMap(({ rows }) => rows)]));
  }
  const rows = groups
    .flatMap(({ rows: list, name }) => list.map((row): Row => ({ row, name, kind: classes[row] as string })))
    .sort((a, b) => a.row - b.row);
  const rowsOf = (found: Readonly<Record<string, readonly Row[]>>): Record<string, number[]> =>
    Object.fromEntries(Object.entries(found).map(([part, list]) => [part, list.map(({ row }) => row)]));
  const balanced = { group: (each: Row) => each.name, stratify: (each: Row) => each.kind, seed, method } as const;
  if (held.size === 0) return rowsOf(split(rows, shares, balanced));
  // Beside what is held, each class's new images go where that class lacks most of its share. A group of several
  // classes goes with its rarest.
  const counts = countBy(classes);
  const kindOf = new Map<string, string>();
  for (const { name, kind } of rows) {
    const known = kindOf.get(name);
    if (known === undefined || (counts.get(kind) as number) < (counts.get(known) as number)) kindOf.set(name, kind);
  }
  const given: Record<string, number[]> = {};
  for (const kind of new Set(kindOf.values())) {
    const mine = rows.filter(({ name }) => kindOf.get(name) === kind);
    const lacks = lackOf(kind, shares, classes, parts, mine.length);
    for (const [part, list] of Object.entries(rowsOf(split(mine, lacks, balanced)))) {
      given[part] = [...(given[part] ?? []), ...list];
    }
  }
  return given;
}

/** What each part lacks of its share of a class, or the shares where none lacks anything. */
function lackOf(
  kind: string,
  shares: Readonly<Record<string, number>>,
  classes: readonly string[],
  parts: readonly (string | undefined)[],
  coming: number,
): Record<string, number> {
  const there = countBy(parts.filter((part, row) => part !== undefined && classes[row] === kind) as string[]);
  const sum = Object.values(shares).reduce((a, b) => a + b, 0);
  const total = coming + [...there.values()].reduce((a, b) => a + b, 0);
  const lacks = Object.entries(shares).map(
    ([part, share]) => [part, Math.max(0, (share / sum) * total - (there.get(part) ?? 0))] as const,
  );
  return lacks.every(([, lack]) => lack === 0) ? { ...shares } : Object.fromEntries(lacks);
}

export function countBy(words: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
