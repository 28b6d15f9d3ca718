/**
 * Data sets that others can rebuild: a recipe, the plan of what is in it, and labels. Pure, for every platform; `isic/node`
 * builds and checks them.
 *
 * @module
 */

export { challengeLabel, challenges } from "../download/challenge-labels.ts";
export { DatasetError, RecipeError, type RecipeMistake } from "../errors.ts";
export { type ComparedPicture, type DuplicateGroup, findDuplicates } from "./duplicates/find-duplicates.ts";
export { type Fingerprint, fingerprintOf } from "./duplicates/perceptual-hash.ts";
export { type LabelTest, parseLabelRule } from "./labels/label-rule.ts";
export { findGroupFields, type GroupField } from "./plan/group-fields.ts";
export { licenceTest, normalLicence } from "./plan/licences.ts";
export {
  type Assignment,
  type CandidateImage,
  type DatasetPlan,
  type LeftOut,
  type LeftOutReason,
  type PlanDatasetOptions,
  type PlannedImage,
  planDataset,
} from "./plan/plan.ts";
export { groupNotes, type SplitImages, type SplitImagesOptions, splitImages } from "./plan/split-images.ts";
export { checkRecipe } from "./recipe/check-recipe.ts";
export { exampleRecipe, type RecipeAnswers } from "./recipe/example-recipe.ts";
export { readRecipe } from "./recipe/read-recipe.ts";
export type {
  Recipe,
  RecipeBalance,
  RecipeDuplicates,
  RecipeImage,
  RecipeLabels,
  RecipeLayout,
  RecipeLicences,
  RecipeSelection,
  RecipeSplit,
} from "./recipe/recipe.ts";
export { recipeJsonSchema } from "./recipe/schema.ts";
