import { split } from "@isic/select";
import type { Assignment, PartQuestion } from "./assign-parts.ts";
import { countBy } from "./balance-classes.ts";
import { followHeld } from "./follow-held.ts";
import type { ImageGroup } from "./join-groups.ts";

/** What is divided once: into parts, or the first part into folds. */
type Division = Pick<PartQuestion, "ids" | "tokens" | "classes" | "shares" | "seed"> & {
  readonly held: ReadonlyMap<string, string>;
};

/** Whole groups to parts, each class as near to its share as they allow; a new image that would join two parts has none. */
export function assignBalanced(question: PartQuestion): (Assignment | undefined)[] {
  const { ids, tokens, classes, shares, seed, folds = 1, held } = question;
  const parts = divide({ ids, tokens, classes, shares, seed, held: heldIn(held, ({ split: part }) => part) });
  if (folds === 1) return parts.map((part) => (part === undefined ? undefined : { split: part }));
  const [first] = Object.keys(shares);
  const rows = parts.flatMap((part, row) => (part === first ? [row] : []));
  const pick = <T>(list: readonly T[]): T[] => rows.map((row) => list[row] as T);
  const found = divide({
    ids: pick(ids),
    tokens: pick(tokens),
    classes: pick(classes),
    // Names that no object sorts: numbers would come first whatever their order.
    shares: Object.fromEntries(Array.from({ length: folds }, (_, i) => [`fold ${i + 1}`, 1])),
    seed: `${seed} folds`,
    held: heldIn(held, ({ fold }) => (fold === undefined ? undefined : `fold ${fold}`)),
  });
  const foldOf = new Map(rows.map((row, at) => [row, found[at]]));
  return parts.map((part, row) => {
    if (part === undefined) return undefined;
    if (part !== first) return { split: part };
    const fold = foldOf.get(row);
    return fold === undefined ? undefined : { split: part, fold: Number(fold.slice("fold ".length)) };
  });
}

function heldIn(
  held: ReadonlyMap<string, Assignment>,
  value: (assignment: Assignment) => string | undefined,
): Map<string, string> {
  const found = new Map<string, string>();
  for (const [id, assignment] of held) {
    const each = value(assignment);
    if (each !== undefined) found.set(id, each);
  }
  return found;
}

function divide(question: Division): (string | undefined)[] {
  const { parts, open } = followHeld(question);
  for (const [part, rows] of Object.entries(splitGroups(open, question, parts)))
    for (const row of rows) parts[row] = part;
  return parts;
}

type Row = { readonly row: number; readonly name: string; readonly kind: string };

function splitGroups(
  groups: readonly ImageGroup[],
  { classes, shares, seed, held }: Division,
  parts: readonly (string | undefined)[],
): Record<string, number[]> {
  if (groups.length === 0) return {};
  const rows = groups
    .flatMap(({ rows: list, name }) => list.map((row): Row => ({ row, name, kind: classes[row] as string })))
    .sort((a, b) => a.row - b.row);
  const rowsOf = (found: Readonly<Record<string, readonly Row[]>>): Record<string, number[]> =>
    Object.fromEntries(Object.entries(found).map(([part, list]) => [part, list.map(({ row }) => row)]));
  const balanced = {
    group: (each: Row) => each.name,
    stratify: (each: Row) => each.kind,
    seed,
    method: "balanced",
  } as const;
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
