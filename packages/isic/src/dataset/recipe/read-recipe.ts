import { type Document, LineCounter, type Node, parseDocument, visit } from "yaml";
import { RecipeError } from "../../errors.ts";
import { checkRecipe } from "./check-recipe.ts";
import type { Recipe } from "./recipe.ts";

/** Some 30,000 ids; what selects more says it by a search or criteria. The reader takes a second for as many. */
const MOST_CHARACTERS = 524_288;
/** An alias can stand for a list that holds it many times over, and each is looked for from the start: few are meant. */
const MOST_ALIASES = 20;

/**
 * Reads a recipe from the text of its file: YAML, of which JSON is a part.
 *
 * @throws RecipeError for what is no YAML (with line and column) or is too long, and with one sentence for each mistake
 */
export function readRecipe(text: string): Recipe {
  if (text.length > MOST_CHARACTERS)
    throw wrong(
      `it has ${text.length} characters, more than ${MOST_CHARACTERS}: select by search, collections or criteria`,
    );
  return checkRecipe(contentOf(text.replace(/^\uFEFF/, "")));
}

function contentOf(text: string): unknown {
  const lines = new LineCounter();
  try {
    // The reader's own look for keys that come twice compares each with each.
    const document = parseDocument(text, { prettyErrors: true, uniqueKeys: false, lineCounter: lines });
    const [error] = document.errors;
    if (error !== undefined) throw error;
    checkNodes(document, lines);
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (cause) {
    if (cause instanceof RecipeError) throw cause;
    const [problem = ""] = (cause as Error).message.split("\n");
    // The reader calls itself for each level, and passes on what the platform says where that goes too far.
    const said = problem.replace("Maximum call stack size exceeded", "It is nested too deep").replace(/[.:]$/, "");
    throw wrong(`it is no YAML: ${said}`, cause);
  }
}

function checkNodes(document: Document.Parsed, lines: LineCounter): void {
  let aliases = 0;
  visit(document, {
    Alias() {
      aliases += 1;
      if (aliases > MOST_ALIASES) throw wrong(`it has more than ${MOST_ALIASES} aliases`);
    },
    Map(_, { items }) {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        const name = (key as { value?: unknown }).value;
        if (name !== undefined && keys.has(name)) {
          const { line, col } = lines.linePos((key as Node).range?.[0] ?? 0);
          throw wrong(`it is no YAML: Map keys must be unique at line ${line}, column ${col}`);
        }
        keys.add(name);
      }
    },
  });
}

function wrong(problem: string, cause?: unknown): RecipeError {
  return new RecipeError([{ path: "", problem }], { cause });
}
