import { join } from "node:path";
import { planDownload } from "../../download/plan.ts";
import { ArgumentError } from "../../errors.ts";
import type { DatasetPlan } from "../plan/plan.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { type BuildDatasetOptions, openBuild, select, WORK } from "./open-build.ts";
import { planSet } from "./plan-set.ts";
import { spdxOf } from "./write-set.ts";

/** What a build would make. */
export interface DatasetPreview
  extends Pick<DatasetPlan, "counts" | "groups" | "fields" | "without" | "leftOut" | "unlabelled" | "notes"> {
  readonly folder: string;
  readonly images: number;
  /** Images that were fetched and made before. */
  readonly there: number;
  /** Images by licence, by its SPDX name where it has one; `unknown` without one. */
  readonly licences: Readonly<Record<string, number>>;
  /** Bytes of the archive's files that are to be fetched. */
  readonly bytes: number | undefined;
  /** How many of them have no size that the server tells: it is estimated by their pixels. */
  readonly estimated: number;
  /** Free bytes on the folder's disk. */
  readonly free: number;
}

/**
 * Says what `buildDataset` would make, by the records alone: no picture is fetched, and nothing is written. What only
 * pictures tell (which show the same, which cannot be read, which are excluded by their bytes) is not known then, unless an
 * earlier build has fetched them.
 *
 * @throws as `buildDataset`, before it fetches anything; ArgumentError for a lock
 */
export async function previewDataset(
  recipe: Recipe,
  folder: string,
  options: BuildDatasetOptions = {},
): Promise<DatasetPreview> {
  const build = await openBuild("previewDataset", recipe, folder, options);
  if (build.from !== undefined)
    throw new ArgumentError("expected a recipe, got a lock: a set that is built from one is what the lock says");
  const { source, candidates } = await select(build);
  const first = planSet(build, candidates, undefined);
  const coming = await build.maker.missing(first.images.map(({ image }) => image));
  // Which of the pictures that are there cannot be read is known now.
  const { images, counts, groups, fields, without, leftOut, unlabelled, notes } = planSet(build, candidates, undefined);
  const needed = new Set(coming);
  const planned = images.map(({ image }) => image).filter((image) => needed.has(image));
  const originals = join(build.target, WORK, "originals");
  const { bytes, estimated, free } = await planDownload({ ...source, images: () => planned }, originals);
  const licences: Record<string, number> = {};
  for (const { image } of images) {
    const licence = spdxOf(image) ?? "unknown";
    licences[licence] = (licences[licence] ?? 0) + 1;
  }
  const there = images.length - planned.length;
  return {
    ...{ folder: build.target, images: images.length, there, counts, groups, licences, bytes, estimated, free },
    ...{ fields, without, leftOut, unlabelled, notes },
  };
}
