import { type Criterion, OPERATORS } from "@isic/select";
import { CommandError } from "../output/failure.ts";

/** Longer operators first: `not in` before `in`, `<=` before `<`. */
const BY_LENGTH: readonly string[] = [...OPERATORS].sort((a, b) => b.length - a.length);

/**
 * Reads `path operator value`, such as `meta.clinical.age_approx <= 40` or `notes.tags ni "ISBI 2017: Training"`.
 * Paths may hold spaces; a value is JSON where it reads as such, else text.
 */
export function parseCriterion(text: string): Criterion {
  for (let at = text.indexOf(" "); at > 0; at = text.indexOf(" ", at + 1)) {
    const rest = text.slice(at).trimStart();
    const operator = BY_LENGTH.find((each) => rest === each || rest.startsWith(`${each} `));
    if (operator === undefined) continue;
    const path = text.slice(0, at).trim();
    const value = rest.slice(operator.length).trim();
    return (value === "" ? [path, operator] : [path, operator, valueIn(value)]) as Criterion;
  }
  return closelyWritten(text);
}

/** `sex==female`, without spaces; a word such as `in` cannot be told from a part of a path then. */
function closelyWritten(text: string): Criterion {
  const [, path, operator = "", value = ""] =
    /^([^=!<>~:]+)(==|!=|<=|>=|!~|[<>~=:])(.*)$/.exec(text)?.map((part) => part.trim()) ?? [];
  if (path !== undefined && BY_LENGTH.includes(operator) && value !== "")
    return [path, operator, valueIn(value)] as Criterion;
  const meant = operator === "=" || operator === ":" ? ` Did you mean "${path} == ${value}"?` : "";
  const message = `--where: expected 'path operator value' with one of ${OPERATORS.join(", ")}, got "${text}".${meant}`;
  throw new CommandError(message, 2);
}

function valueIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
