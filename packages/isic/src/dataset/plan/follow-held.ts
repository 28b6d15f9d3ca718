import { groupImages, type ImageGroup, Unions } from "./join-groups.ts";

/** Images, some of which have a part already. */
export interface HeldQuestion {
  readonly ids: readonly string[];
  readonly tokens: readonly (readonly string[])[];
  /** Parts that images have already, by id. */
  readonly held: ReadonlyMap<string, string>;
}

export interface HeldAnswer {
  /** Of images that are held, and of those that share something with them. */
  readonly parts: (string | undefined)[];
  /** Groups that share nothing with what is held. */
  readonly open: readonly ImageGroup[];
  /** Rows of new images that would join two parts. */
  readonly joining: ReadonlySet<number>;
}

/** New images come to what is held and shares something with them. One that would join two parts has none. */
export function followHeld(question: HeldQuestion): HeldAnswer {
  const { ids, tokens, held } = question;
  const parts = new Array<string | undefined>(ids.length).fill(undefined);
  const all = groupImages(ids, tokens);
  if (held.size === 0) return { parts, open: all, joining: new Set() };
  const out = new Set(all.flatMap((group) => joiningRows(group, question)));
  const kept = ids.map((_, row) => row).filter((row) => !out.has(row));
  const groups = groupImages(
    kept.map((row) => ids[row] as string),
    kept.map((row) => tokens[row] as readonly string[]),
  ).map(({ rows, name }) => ({ rows: rows.map((at) => kept[at] as number), name }));
  const open: ImageGroup[] = [];
  for (const group of groups) {
    const part = group.rows.map((row) => held.get(ids[row] as string)).find((each) => each !== undefined);
    if (part === undefined) open.push(group);
    else for (const row of group.rows) parts[row] = held.get(ids[row] as string) ?? part;
  }
  return { parts, open, joining: out };
}

/** New images of a group, by id, that touch what lies in more than one part. */
function joiningRows({ rows }: ImageGroup, { ids, tokens, held }: HeldQuestion): number[] {
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
