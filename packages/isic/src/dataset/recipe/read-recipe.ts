import {
  type Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
} from "yaml";
import { isIsicError, RecipeError } from "../../errors.ts";
import { checkRecipe } from "./check-recipe.ts";
import type { Recipe } from "./recipe.ts";

/** As many ids as the challenge of 2020 has, and some; what selects more says it by a search or criteria. */
const MOST_CHARACTERS = 655_360;
/** An alias can stand for a list that holds it many times over, and each is looked for from the start: few are meant. */
const MOST_ALIASES = 20;

/**
 * Reads a recipe from the text of its file: YAML, of which JSON is a part.
 *
 * @throws RecipeError for what is no YAML (with line and column) or is too long, and with one sentence for each mistake,
 *   with its line where the text has more than one
 */
export function readRecipe(text: string): Recipe {
  if (text.length > MOST_CHARACTERS)
    throw wrong(
      `it has ${text.length} characters, more than ${MOST_CHARACTERS}: select by search, collections or criteria`,
    );
  const lines = new LineCounter();
  const document = documentOf(text.replace(/^\uFEFF/, ""), lines);
  const value = contentOf(document);
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

function documentOf(text: string, lines: LineCounter): Document.Parsed {
  try {
    // The reader's own look for keys that come twice compares each with each.
    const document = parseDocument(text, { prettyErrors: true, uniqueKeys: false, lineCounter: lines });
    // A warning is of a tag that nobody reads.
    const [error] = [...document.errors, ...document.warnings];
    if (error !== undefined) throw wrong(yamlProblem(error), error);
    checkNodes(document, lines);
    return document;
  } catch (cause) {
    throw cause instanceof RangeError ? wrong("it is no YAML: it is nested too deep", cause) : cause;
  }
}

function contentOf(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (cause) {
    const { message } = cause as Error;
    if (message.startsWith("Excessive")) throw wrong(TOO_MANY_ALIASES, cause);
    throw wrong(`it is no YAML: ${cause instanceof RangeError ? "it is nested too deep" : message}`, cause);
  }
}

const TOO_MANY_ALIASES = "its aliases stand for far more than any recipe has";

function checkNodes(document: Document.Parsed, lines: LineCounter): void {
  let aliases = 0;
  visit(document, {
    Alias() {
      aliases += 1;
      if (aliases > MOST_ALIASES) throw wrong(TOO_MANY_ALIASES);
    },
    Map(_, { items }) {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        const name = (key as { value?: unknown } | null)?.value;
        if (name !== undefined && keys.has(name)) {
          const { line, col } = lines.linePos((key as Node).range?.[0] ?? 0);
          throw wrong(`it is no YAML: Map keys must be unique at line ${line}, column ${col}`);
        }
        keys.add(name);
      }
    },
  });
}

function yamlProblem({ code, message, linePos }: YAMLError): string {
  if (code === "MULTIPLE_DOCS") return `it has more than one document (--- at line ${linePos?.[0].line})`;
  // The reader calls itself for each level, and passes on what the platform says where that goes too far.
  const [sentence = ""] = message.replace("Maximum call stack size exceeded", "it is nested too deep").split("\n");
  return `it is no YAML: ${sentence.replace(/[.:]$/, "")}`;
}

function wrong(problem: string, cause?: unknown): RecipeError {
  return new RecipeError([{ path: "", problem }], { cause });
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
  let found: Step | undefined;
  for (const pair of node.items) {
    if (!isPair(pair) || !isScalar(pair.key)) continue;
    const name = String(pair.key.value);
    if (name.length < (found?.length ?? 0) || !rest.startsWith(name)) continue;
    if (rest.length > name.length && rest[name.length] !== ".") continue;
    found = { node: pair.value, offset: pair.key.range?.[0], length: name.length };
  }
  return found;
}
