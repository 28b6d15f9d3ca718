import { parseDocument } from "yaml";
import { RecipeError } from "../../errors.ts";
import { checkRecipe } from "./check-recipe.ts";
import type { Recipe } from "./recipe.ts";

/**
 * Reads a recipe from the text of its file: YAML, of which JSON is a part.
 *
 * @throws RecipeError for what is no YAML (with line and column), and with one sentence for each mistake
 */
export function readRecipe(text: string): Recipe {
  const document = parseDocument(text.replace(/^\uFEFF/, ""), { prettyErrors: true, uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const [sentence = ""] = error.message.split("\n");
    throw new RecipeError([{ path: "", problem: `it is no YAML: ${sentence.replace(/[.:]$/, "")}` }], { cause: error });
  }
  // An alias can stand for a list that holds it many times over: few of them are ever meant.
  return checkRecipe(document.toJS({ maxAliasCount: 20 }));
}
