import type { Criteria } from "@isic/select";
import * as z from "zod";
import { challenges } from "../../download/challenge-labels.ts";
import type { Recipe } from "./recipe.ts";

const text = z.string().min(1);
const name = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._()+-]*$/u, "expected a name of letters, digits, blanks and . _ - ( ) +");
const criteria = z.custom<Criteria>((value) => typeof value === "object" && value !== null, "expected criteria");
const atLeastOne = z.int().min(1);

const selection = z.strictObject({
  search: text.optional().describe("In the archive's search language (v2)."),
  collections: z.array(z.int().min(1)).min(1).optional().describe("Of any of these collections, by number (v2)."),
  criteria: criteria.optional().describe("[path, operator, value], or a list of them."),
  dataset: text.optional().describe("By id or name (v1)."),
  study: text.optional().describe("By id or name (v1)."),
  ids: z.array(text).min(1).optional().describe("These, by id or name."),
  limit: atLeastOne.optional(),
});

const labels = z.strictObject({
  challenge: z
    .enum(challenges as [string, ...string[]])
    .optional()
    .describe("A challenge's classes."),
  classes: z
    .record(name, z.union([text, criteria]))
    .optional()
    .describe('Class to rule, such as diagnosis_3 ~ "^Melanoma"; the first that holds decides.'),
  otherwise: name.optional().describe("The class of what no rule fits; without it, such images are left out."),
  multi: z.boolean().optional().describe("An image has every class whose rule holds."),
});

const split = z.strictObject({
  shares: z.record(name, z.number().min(0)).optional().describe("Parts and their sizes relative to each other."),
  method: z.enum(["hash", "balanced"]).optional(),
  seed: z.union([z.number(), z.string()]).optional(),
  folds: z.int().min(2).max(100).optional().describe("Divides the first part into so many folds."),
});

/** The form of a recipe; what only makes sense together is checked by `checkRecipe`. */
export const recipeSchema: z.ZodType<Recipe> = z.strictObject({
  version: z.literal(1).describe("Of the recipe's format."),
  title: text,
  description: text.optional(),
  authors: z.array(text).min(1).optional().describe("Who made the set, for its citation."),
  published: z.iso
    .date("expected a day such as 2024-05-01")
    .optional()
    .describe("The day on which the set is published, such as 2024-05-01."),
  release: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/, "expected three numbers such as 1.0.0")
    .optional()
    .describe("Which release of the set it is, such as 1.0.0."),
  selection: selection.describe("Which images: what is given must all hold."),
  licences: z
    .strictObject({
      allow: z.array(text).min(1).optional().describe("CC0-1.0, CC-BY-4.0, CC-BY-NC-4.0."),
      commercial: z.boolean().optional().describe("Only licences that allow commercial use."),
    })
    .optional(),
  labels: labels.optional().describe("How images get their classes."),
  groups: z
    .union([z.literal("none"), z.array(text).min(1)])
    .optional()
    .describe("What is never parted: patient, lesion, or paths of one's own."),
  split: split.optional().describe("How the set is divided."),
  balance: z
    .strictObject({
      cap: atLeastOne.optional().describe("Images of every class at most."),
      caps: z.record(z.string(), atLeastOne).optional().describe("Images of some classes at most."),
      equal: z.boolean().optional().describe("Of every class as many as the smallest has."),
    })
    .optional(),
  image: z
    .strictObject({
      size: z.int().min(8).max(16_384).describe("Pixels of the longer side, or of each side of a square."),
      fit: z.enum(["longer-side", "crop", "pad"]).optional(),
      format: z.enum(["jpeg", "png"]).optional(),
      quality: z.int().min(1).max(100).optional(),
    })
    .optional()
    .describe("What the pictures are made into; without it they are the archive's own files."),
  superpixels: z.boolean().optional(),
  masks: text.optional().describe("archive, or a folder of <name>_segmentation.png."),
  duplicates: z
    .strictObject({
      rule: z.enum(["together", "drop", "report"]).optional(),
      bits: z.int().min(0).max(16).optional().describe("So many of 64 bits of the perceptual hash may differ."),
    })
    .optional(),
  layout: z.enum(["image-folder", "hugging-face", "coco", "webdataset", "flat"]).optional(),
  exclude: z.array(text).min(1).optional().describe("Ids, SHA-256 of the archive's files, or files that list them."),
  shardSize: atLeastOne.optional().describe("Images in each shard of webdataset."),
});

/** The JSON Schema that editors take; `dataset-recipe.schema.json` of this package is its text. */
export function recipeJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(recipeSchema, { unrepresentable: "any" });
  return { $schema, title: "Recipe of a data set from the ISIC Archive", ...schema };
}
