import { stringify } from "yaml";
import { cleanName } from "../layouts/places.ts";
import type { Recipe } from "../recipe/recipe.ts";

/** A work that a set stands on. */
export interface Reference {
  readonly title: string;
  /** `10.34970/559884`, without an address in front. */
  readonly doi?: string | undefined;
  readonly url?: string | undefined;
}

/** The archive itself, which every set comes from. */
export const ARCHIVE: Reference & { readonly url: string } = {
  title: "ISIC Archive",
  url: "https://www.isic-archive.com",
};
/** Who makes the archive, and stands for who made a set where nobody is named. */
export const ARCHIVE_AUTHOR = "International Skin Imaging Collaboration";

/** A DOI without what people write in front of it; nothing for what is none. */
export function doiOf(text: string | null | undefined): string | undefined {
  const doi = text?.trim().replace(/^(https?:\/\/(dx\.)?doi\.org\/|doi:\s*)/i, "");
  return doi !== undefined && /^10\.\d{4,9}\/[^\s{}"<>\\]+$/.test(doi) ? doi : undefined;
}

/** The set's `CITATION.cff` (version 1.2.0 of the format). */
export function citationCff(recipe: Recipe, references: readonly Reference[], licences: readonly string[]): string {
  const cff = {
    "cff-version": "1.2.0",
    message: "Cite this data set, and the references, from which its images come.",
    type: "dataset",
    title: recipe.title,
    ...(recipe.description === undefined ? {} : { abstract: recipe.description }),
    authors: (recipe.authors ?? [ARCHIVE_AUTHOR]).map((name) => ({ name })),
    ...(licences.length === 0 ? {} : { license: licences.length === 1 ? licences[0] : [...licences] }),
    references: references.map(({ title, doi, url }) => ({
      type: "dataset",
      title,
      authors: [{ name: ARCHIVE_AUTHOR }],
      ...(doi === undefined ? {} : { doi }),
      ...(url === undefined ? {} : { url }),
    })),
  };
  return stringify(cff, { lineWidth: 0 });
}

/** The set and its references as BibTeX. */
export function bibTex(recipe: Recipe, references: readonly Reference[]): string {
  const own = entry(keyOf(recipe.title), {
    title: recipe.title,
    author: (recipe.authors ?? [ARCHIVE_AUTHOR]).map((name) => `{${braced(name)}}`).join(" and "),
    note: "Data set from the ISIC Archive",
  });
  const keys = new Set([keyOf(recipe.title)]);
  const others = references.map(({ title, doi, url }) => {
    let key = keyOf(title);
    for (let n = 2; keys.has(key); n++) key = `${keyOf(title)}_${n}`;
    keys.add(key);
    return entry(key, {
      title,
      author: `{${ARCHIVE_AUTHOR}}`,
      doi,
      url: url ?? (doi === undefined ? undefined : `https://doi.org/${doi}`),
    });
  });
  return [own, ...others].join("\n");
}

/** One sentence that names the set and its sources. */
export function citationText(recipe: Recipe, references: readonly Reference[]): string {
  const sources = references.map(
    ({ title, doi, url }) =>
      `${title}${doi === undefined ? (url === undefined ? "" : ` (${url})`) : ` (https://doi.org/${doi})`}`,
  );
  return `${(recipe.authors ?? [ARCHIVE_AUTHOR]).join(", ")}: ${recipe.title}. Images from ${sources.join("; ")}.`;
}

const keyOf = (title: string): string =>
  cleanName(title)
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 40)
    .toLowerCase() || "dataset";

function entry(key: string, fields: Readonly<Record<string, string | undefined>>): string {
  const lines = Object.entries(fields).flatMap(([name, value]) => {
    if (value === undefined) return [];
    // Addresses are taken as they are; authors bring their own braces.
    const text = name === "author" || name === "doi" || name === "url" ? value : braced(value);
    return [`  ${name} = {${text}}`];
  });
  return `@misc{${key},\n${lines.join(",\n")}\n}\n`;
}

/** Text that TeX reads as text. */
const braced = (text: string): string =>
  text
    .replace(/[\\{}]/g, (sign) => (sign === "\\" ? "\\textbackslash " : `\\${sign}`))
    .replace(/[&%$#_]/g, "\\$&")
    .replace(/\s+/g, " ");
