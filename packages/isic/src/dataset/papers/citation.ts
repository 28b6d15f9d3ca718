import { cleanName } from "../layouts/places.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { licenceAddress } from "./licence-texts.ts";
import { yamlText } from "./yaml.ts";

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

/** What the format takes for a DOI. */
const CFF_DOI = /^10\.\d{4,9}(\.\d+)?\/[\w:/;\-.()[\]\\]+$/;

/**
 * The set's `CITATION.cff` (version 1.2.0 of the format). Several licences would be alternatives there, of which a reader
 * may choose; a set's images have one each, so then none stands there and the message says where they are.
 */
export function citationCff(recipe: Recipe, references: readonly Reference[], licences: readonly string[]): string {
  const message = "Cite this data set, and the references, from which its images come.";
  const [licence = "unknown"] = licences;
  const one = licences.length === 1 && licenceAddress(licence) !== undefined;
  const works = references.map(({ title, doi, url }) => {
    const named = doi !== undefined && CFF_DOI.test(doi) ? { doi } : {};
    const address = url ?? addressOf(doi);
    return {
      type: "data",
      title,
      authors: [{ name: ARCHIVE_AUTHOR }],
      ...named,
      ...(address === undefined ? {} : { url: address }),
    };
  });
  return yamlText({
    "cff-version": "1.2.0",
    message: one
      ? message
      : `${message} Each image has a licence of its own: column license of images.csv, texts in licenses/.`,
    type: "dataset",
    title: recipe.title,
    ...(recipe.description === undefined ? {} : { abstract: recipe.description }),
    // The format forbids the same entry twice in a list.
    authors: [...new Set(authorsOf(recipe))].map((name) => ({ name })),
    ...(one ? { license: licence } : {}),
    ...(recipe.release === undefined ? {} : { version: recipe.release }),
    ...(recipe.published === undefined ? {} : { "date-released": recipe.published }),
    references: [...new Map(works.map((work) => [JSON.stringify(work), work])).values()],
  });
}

/** The set and its references as BibTeX. Titles are braced twice: styles keep their capitals, which are names here. */
export function bibTex(recipe: Recipe, references: readonly Reference[]): string {
  const keys = new Set<string>();
  const entry = (
    title: string,
    authors: readonly string[],
    more: Readonly<Record<string, string | undefined>>,
  ): string => {
    let key = keyOf(title);
    for (let n = 2; keys.has(key); n++) key = `${keyOf(title)}_${n}`;
    keys.add(key);
    const author = authors.map((name) => `{${texText(name)}}`).join(" and ");
    const fields = Object.entries({ title: `{${texText(title)}}`, author, ...more });
    const lines = fields.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name} = {${value}}`]));
    return `@misc{${key},\n${lines.join(",\n")}\n}\n`;
  };
  const version = recipe.release === undefined ? "" : `, version ${recipe.release}`;
  const own = entry(recipe.title, authorsOf(recipe), {
    ...(recipe.published === undefined
      ? {}
      : { year: recipe.published.slice(0, 4), month: recipe.published.slice(5, 7) }),
    note: texText(`Data set from the ISIC Archive${version}`),
  });
  const others = references.map(({ title, doi, url }) =>
    entry(title, [ARCHIVE_AUTHOR], { doi, url: url ?? addressOf(doi) }),
  );
  return [own, ...others].join("\n");
}

/** One sentence that names the set and its sources. */
export function citationText(recipe: Recipe, references: readonly Reference[]): string {
  const sources = references.map(({ title, doi, url }) => {
    const address = addressOf(doi) ?? url;
    return address === undefined ? title : `${title} (${address})`;
  });
  const { title, published, release } = recipe;
  const year = published === undefined ? "" : ` (${published.slice(0, 4)})`;
  const version = release === undefined ? "" : `, version ${release}`;
  return `${authorsOf(recipe).join(", ")}${year}: ${title}${version}. Images from ${sources.join("; ")}.`;
}

const authorsOf = ({ authors }: Recipe): readonly string[] => authors ?? [ARCHIVE_AUTHOR];

const addressOf = (doi: string | undefined): string | undefined =>
  doi === undefined ? undefined : `https://doi.org/${doi}`;

const keyOf = (title: string): string =>
  cleanName(title)
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 40)
    .toLowerCase() || "dataset";

/** Signs that TeX reads as commands. BibTeX counts braces, also where a backslash stands before them. */
const TEX: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\textbraceleft{}",
  "}": "\\textbraceright{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
};

/** Text that BibTeX and TeX read as text. */
const texText = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is meant
    .replace(/[\s\u0000-\u001f\u007f]+/g, " ")
    .trim()
    .replace(/[\\{}~^<>|]/g, (sign) => TEX[sign] as string)
    .replace(/[&%$#_]/g, "\\$&");

/** Whom to name, most frequent first, the anonymous ones last, one paragraph each. */
export function attributionText(images: readonly { readonly attribution?: string | undefined }[]): string {
  const counts = new Map<string, number>();
  for (const { attribution } of images) if (attribution) counts.set(attribution, (counts.get(attribution) ?? 0) + 1);
  if (counts.size === 0) return "The archive names nobody for these images.\n";
  const anonymous = (text: string): number => Number(text.toLowerCase() === "anonymous");
  const sorted = [...counts].sort(([a, x], [b, y]) => anonymous(a) - anonymous(b) || y - x || (a < b ? -1 : 1));
  return sorted.map(([text]) => `${text}\n`).join("\n");
}
