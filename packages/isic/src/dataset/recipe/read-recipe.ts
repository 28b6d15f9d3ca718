import { type Document, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type YAMLError } from "yaml";
import { isIsicError, RecipeError } from "../../errors.ts";
import { checkRecipe } from "./check-recipe.ts";
import type { Recipe } from "./recipe.ts";

/**
 * Reads a recipe from the text of its file: YAML, of which JSON is a part.
 *
 * @throws RecipeError for what is no YAML (with line and column), and with one sentence for each mistake, with its line
 *   where the text has more than one
 */
export function readRecipe(text: string): Recipe {
  const lines = new LineCounter();
  const document = parseDocument(text.replace(/^\uFEFF/, ""), {
    prettyErrors: true,
    uniqueKeys: true,
    lineCounter: lines,
  });
  // A warning is of a tag that nobody reads.
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) throw new RecipeError([{ path: "", problem: yamlProblem(error) }], { cause: error });
  let value: unknown;
  try {
    // An alias can stand for a list that holds it many times over: few of them are ever meant.
    value = document.toJS({ maxAliasCount: 20 });
  } catch (cause) {
    const { message } = cause as Error;
    const problem = message.startsWith("Excessive") ? "its aliases stand for far more than any recipe has" : message;
    throw new RecipeError([{ path: "", problem: `it is no YAML: ${problem}` }], { cause });
  }
  try {
    return checkRecipe(value);
  } catch (cause) {
    if (!isIsicError(cause, "RecipeError") || !text.trim().includes("\n")) throw cause;
    throw new RecipeError(
      cause.mistakes.map((mistake) => {
        const offset = offsetOf(document, mistake.path);
        return offset === undefined ? mistake : { ...mistake, line: lines.linePos(offset).line };
      }),
      { cause },
    );
  }
}

function yamlProblem({ code, message, linePos }: YAMLError): string {
  if (code === "MULTIPLE_DOCS") return `it has more than one document (--- at line ${linePos?.[0].line})`;
  const [sentence = ""] = message.split("\n");
  return `it is no YAML: ${sentence.replace(/[.:]$/, "")}`;
}

/** Where in the text a setting is, or the innermost one around it that is there. */
function offsetOf(document: Document.Parsed, path: string): number | undefined {
  let node: unknown = document.contents;
  let offset: number | undefined;
  for (let rest = path; rest !== ""; ) {
    const found = step(node, rest);
    if (found === undefined) break;
    ({ node, offset } = found);
    rest = rest.slice(found.length + 1);
  }
  return offset;
}

interface Step {
  readonly node: unknown;
  readonly offset: number | undefined;
  /** Of the name in the path. */
  readonly length: number;
}

/** Names may have points in them: of those that fit, the longest is meant. */
function step(node: unknown, rest: string): Step | undefined {
  if (isSeq(node)) {
    const [index = ""] = rest.split(".");
    const item = node.items[Number(index)] as { readonly range?: readonly number[] } | undefined;
    return item === undefined ? undefined : { node: item, offset: item.range?.[0], length: index.length };
  }
  if (!isMap(node)) return undefined;
  const fitting = node.items.flatMap((pair): Step[] => {
    if (!isPair(pair) || !isScalar(pair.key)) return [];
    const name = String(pair.key.value);
    if (rest !== name && !rest.startsWith(`${name}.`)) return [];
    return [{ node: pair.value, offset: pair.key.range?.[0], length: name.length }];
  });
  return fitting.sort((a, b) => b.length - a.length)[0];
}
