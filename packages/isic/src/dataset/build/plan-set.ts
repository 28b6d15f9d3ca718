import type { DownloadImage } from "../../download/types.ts";
import type { DuplicateGroup } from "../duplicates/find-duplicates.ts";
import { type Assignment, type DatasetPlan, type LeftOut, type PlannedImage, planDataset } from "../plan/plan.ts";
import type { Recipe } from "../recipe/recipe.ts";
import type { Exclusions } from "./exclusions.ts";
import type { ImageMaker } from "./image-maker.ts";
import type { DatasetLock } from "./lock-file.ts";
import type { MadeImage } from "./made-images.ts";

/** All that a set's plan is a function of, besides its candidates. */
export interface SetFacts {
  readonly recipe: Recipe;
  readonly exclusions: Exclusions;
  readonly maker: Pick<ImageMaker, "made" | "unreadable">;
  /** What the folder holds already. */
  readonly before: DatasetLock | undefined;
}

/**
 * Plans a set with what its folder holds, and what is known of its pictures.
 *
 * @param duplicates groups of pictures that show the same, once they are known
 */
export function planSet(
  facts: SetFacts,
  candidates: readonly DownloadImage[],
  duplicates: readonly DuplicateGroup[] | undefined,
): DatasetPlan<DownloadImage> {
  const { recipe, exclusions, maker, before } = facts;
  const { made, unreadable } = maker;
  const held = new Map<string, Assignment>((before?.images ?? []).map(({ id, split, fold }) => [id, { split, fold }]));
  const { rule = "together" } = recipe.duplicates ?? {};
  const groups = duplicates ?? [];
  const dropped = new Set(rule === "drop" ? groups.flatMap(({ ids }) => dropsOf(ids, held)) : []);
  const same = rule === "together" ? groups.flatMap(({ ids }) => ids.map((id) => [id, ids[0] as string] as const)) : [];
  const plan = planDataset(candidates, recipe, {
    held,
    exclude: new Set([...exclusions.ids, ...excludedByHash(exclusions, made), ...dropped, ...unreadable.keys()]),
    duplicates: duplicates === undefined ? undefined : new Map(same),
  });
  const leftOut = plan.leftOut.map((each): LeftOut => {
    if (unreadable.has(each.id)) return { ...each, reason: "cannot be read" };
    return dropped.has(each.id) ? { ...each, reason: "duplicate" } : each;
  });
  return {
    ...plan,
    leftOut,
    notes: [...plan.notes, ...[...unreadable.values()].sort(), ...maskNotes(recipe, plan.images, made)],
  };
}

/** Images whose files are excluded by their bytes, of those that are there. */
export function excludedByHash({ hashes }: Exclusions, made: ReadonlyMap<string, MadeImage>): Set<string> {
  return new Set([...made.values()].filter(({ source }) => hashes.has(source.sha256)).map(({ id }) => id));
}

function maskNotes(
  { masks }: Recipe,
  images: readonly PlannedImage<DownloadImage>[],
  made: ReadonlyMap<string, MadeImage>,
): string[] {
  if (masks === undefined) return [];
  const there = images.flatMap(({ image: { id } }) => made.get(id) ?? []);
  const without = there.filter(({ files }) => files.mask === undefined).length;
  return without === 0 ? [] : [`${without} of ${images.length} images have no mask.`];
}

/** Of pictures that show the same: all but the first, or but those that were in the set before. */
function dropsOf(ids: readonly string[], held: ReadonlyMap<string, Assignment>): string[] {
  const there = ids.filter((id) => held.has(id));
  return there.length > 0 ? ids.filter((id) => !held.has(id)) : ids.slice(1);
}
