import { nearMatches } from "@isic/select";
import { criteriaWarnings } from "@isic/select/query";
import { parsePattern } from "isic/node";
import { CommandError } from "../../output/failure.ts";

/** Placeholders of every server; all others are paths of its records. */
const OWN = ["name", "id", "split", "label"];

/** What records of v2 have at the top. */
const ON_TOP = ["isic_id", "attribution", "copyright_license", "files", "metadata", "public"];

/** What fills placeholders that are not in the records. */
export interface Filled {
  readonly split: boolean;
  readonly label: boolean;
}

/**
 * Refuses a pattern of file names that would call files "none" for want of an option, or for a typing error.
 *
 * @returns notes about what may be wrong: the archive gets new fields now and then
 */
export function checkNames(pattern: string, filled: Filled, family: "v1" | "v2"): string[] {
  try {
    parsePattern(pattern);
  } catch (cause) {
    throw refused(`${(cause as Error).message}.`, cause);
  }
  const paths = [...pattern.matchAll(/\$([^$]*)\$/g)].map(([, path = ""]) => path);
  for (const path of paths) {
    if (path === "") throw refused('there is nothing between two "$".');
    if (path === "split" && !filled.split) throw refused("$split$ needs --split.");
    if (path === "label" && !filled.label) throw refused("$label$ needs --labels.");
  }
  const ofRecords = paths.filter((path) => !OWN.includes(path));
  for (const path of ofRecords) {
    const meant = meantBy(path, family);
    if (meant !== undefined) throw refused(`there is no $${path}$; did you mean $${meant}$?`);
  }
  return family === "v1" ? [] : ofRecords.flatMap(noteOf);
}

/** What a placeholder must mean that cannot be one; paths of records have dots, or begin with an underscore. */
function meantBy(path: string, family: "v1" | "v2"): string | undefined {
  const [wrong, right] = family === "v1" ? ["metadata.", "meta."] : ["meta.", "metadata."];
  if (path.startsWith(wrong)) return right + path.slice(wrong.length);
  if (/^_|\./.test(path) || ON_TOP.includes(path)) return undefined;
  // A short word that is a part of a long one is not meant by it.
  const near = nearMatches(path, OWN).find((own) => Math.abs(own.length - path.length) <= 1);
  return near ?? (family === "v1" ? undefined : fieldCalled(path));
}

/** The whole path of a field of v2, by its last word. */
function fieldCalled(word: string): string | undefined {
  const path = `metadata.clinical.${word}`;
  const [warning] = criteriaWarnings([[path, "exists"]]);
  return warning === undefined ? path : warning.suggestion;
}

function noteOf(path: string): string[] {
  const [warning] = criteriaWarnings([[path, "exists"]]);
  if (warning === undefined && ON_TOP.includes(path.split(".")[0] ?? "")) return [];
  const meant = warning?.suggestion === undefined ? "." : `; did you mean $${warning.suggestion}$?`;
  return [`--names: the archive is not known to have $${path}$, files may be called "none"${meant}`];
}

const refused = (sentence: string, cause?: unknown): CommandError =>
  new CommandError(`--names: ${sentence}`, 2, { cause });
