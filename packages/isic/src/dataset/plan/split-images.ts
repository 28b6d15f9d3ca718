import type { Recipe } from "../recipe/recipe.ts";
import { assignParts } from "./assign-parts.ts";
import { findGroupFields, type GroupField, groupUnits } from "./group-fields.ts";
import { type GroupedImage, tokenReader } from "./join-groups.ts";

/** How to divide images without a recipe. */
export interface SplitImagesOptions {
  /** Parts and their sizes relative to each other. */
  readonly shares: Readonly<Record<string, number>>;
  /** What is never parted. @default ["patient", "lesion"] */
  readonly groups?: Recipe["groups"];
  /** @default "hash" */
  readonly method?: "hash" | "balanced" | undefined;
  /** @default 0 */
  readonly seed?: number | string | undefined;
  /** The class of an image, which `balanced` keeps in proportion. */
  readonly classOf?: ((record: GroupedImage["record"]) => string) | undefined;
  /** Parts that images have already, by id; they never move. */
  readonly held?: ReadonlyMap<string, string> | undefined;
}

/** Where images belong. */
export interface SplitImages {
  /** Id to part. */
  readonly parts: ReadonlyMap<string, string>;
  /** New images that would join what lies in two parts: they have none. */
  readonly leftOut: readonly string[];
  /** By which fields images belong together. */
  readonly fields: readonly GroupField[];
  /** How many images have none of a unit's fields. */
  readonly without: Readonly<Record<string, number>>;
}

/**
 * The part of each image, such that no patient and no lesion lies in two: images that share either stay together, and
 * what others join. The same images, in any order, give the same parts.
 *
 * @throws RangeError when no part has a positive size
 */
export function splitImages(images: Iterable<GroupedImage>, options: SplitImagesOptions): SplitImages {
  const { shares, groups, method = "hash", seed = 0, classOf = () => "", held = new Map<string, string>() } = options;
  const byId = new Map(Array.from(images, (image) => [image.id, image]));
  const all = [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const records = all.map(({ record }) => record);
  const fields = findGroupFields(records, groups);
  const tokens = all.map(tokenReader(fields));
  const ids = all.map(({ id }) => id);
  const { parts, joining } = assignParts({ ids, tokens, classes: records.map(classOf), shares, method, seed, held });
  const found = parts.flatMap((part, row) => (part === undefined ? [] : [[ids[row] as string, part] as const]));
  return {
    parts: new Map(found),
    leftOut: joining.map((row) => ids[row] as string).sort(),
    fields,
    without: countWithout(tokens, groups),
  };
}

/** How many images have no token of each unit. */
export function countWithout(tokens: readonly (readonly string[])[], groups: Recipe["groups"]): Record<string, number> {
  const counts = groupUnits(groups).map((unit) => {
    const prefix = `${unit} `;
    let without = 0;
    for (const list of tokens) if (!list.some((token) => token.startsWith(prefix))) without++;
    return [unit, without] as const;
  });
  return Object.fromEntries(counts);
}

/** What somebody should know of the fields by which images are grouped: a sentence for each unit that some lack. */
export function groupNotes({ fields, without }: Pick<SplitImages, "fields" | "without">, total: number): string[] {
  return Object.entries(without).flatMap(([unit, count]) => {
    const names = fields.filter((field) => field.unit === unit).map(({ path }) => path);
    const where = names.length === 0 ? `No field of the records names a ${unit}` : `${unit}: ${names.join(", ")}`;
    return count > 0 ? [`${where}; ${count} of ${total} images have none.`] : [];
  });
}
