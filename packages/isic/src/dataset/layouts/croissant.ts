import { cellText } from "../../csv/cells.ts";
import type { LockedFile } from "../build/lock-file.ts";
import { ARCHIVE, ARCHIVE_AUTHOR } from "../papers/citation.ts";
import { licenceAddress } from "../papers/licence-texts.ts";
import type { Recipe, RecipeLayout } from "../recipe/recipe.ts";
import type { ImageTable } from "./table.ts";

/** What a Croissant file says of a set. */
export interface CroissantSet {
  readonly recipe: Recipe;
  readonly layout: RecipeLayout;
  readonly table: ImageTable;
  /** `images.csv` as it was written. */
  readonly csv: LockedFile;
  readonly licences: readonly string[];
  readonly citation: string;
}

/** As the specification of 1.0 publishes it (its first appendix), with what `mlcroissant` has added since. */
const CONTEXT = {
  "@language": "en",
  "@vocab": "https://schema.org/",
  citeAs: "cr:citeAs",
  column: "cr:column",
  conformsTo: "dct:conformsTo",
  cr: "http://mlcommons.org/croissant/",
  data: { "@id": "cr:data", "@type": "@json" },
  dataType: { "@id": "cr:dataType", "@type": "@vocab" },
  dct: "http://purl.org/dc/terms/",
  equivalentProperty: "cr:equivalentProperty",
  examples: { "@id": "cr:examples", "@type": "@json" },
  extract: "cr:extract",
  field: "cr:field",
  fileObject: "cr:fileObject",
  fileProperty: "cr:fileProperty",
  fileSet: "cr:fileSet",
  format: "cr:format",
  includes: "cr:includes",
  isLiveDataset: "cr:isLiveDataset",
  jsonPath: "cr:jsonPath",
  key: "cr:key",
  md5: "cr:md5",
  parentField: "cr:parentField",
  path: "cr:path",
  rai: "http://mlcommons.org/croissant/RAI/",
  recordSet: "cr:recordSet",
  references: "cr:references",
  regex: "cr:regex",
  repeated: "cr:repeated",
  replace: "cr:replace",
  samplingRate: "cr:samplingRate",
  sc: "https://schema.org/",
  separator: "cr:separator",
  source: "cr:source",
  subField: "cr:subField",
  transform: "cr:transform",
};

/** The set as Croissant 1.0 metadata (JSON-LD): its files, and the columns of its table. */
export function croissantJson({ recipe, layout, table, csv, licences, citation }: CroissantSet): string {
  const ids = fieldIds(table.columns);
  const fields = table.columns.map((column) => ({
    "@type": "cr:Field",
    "@id": ids.get(column),
    name: column,
    dataType: typeOf(table, column),
    source: { fileObject: { "@id": "images.csv" }, extract: { column: cellText(column) } },
  }));
  const croissant = {
    "@context": CONTEXT,
    "@type": "sc:Dataset",
    conformsTo: "http://mlcommons.org/croissant/1.0",
    name: recipe.title,
    description: recipe.description ?? recipe.title,
    license: licences.map((licence) => licenceAddress(licence) ?? licence),
    citeAs: citation,
    ...(recipe.published === undefined ? {} : { datePublished: recipe.published }),
    ...(recipe.release === undefined ? {} : { version: recipe.release }),
    // The page of what the pictures come from: the set has none before somebody publishes it.
    url: ARCHIVE.url,
    creator: recipe.authors?.map((name) => ({ "@type": "sc:Person", name })) ?? [
      { "@type": "sc:Organization", name: ARCHIVE_AUTHOR, url: ARCHIVE.url },
    ],
    distribution: [
      {
        "@type": "cr:FileObject",
        "@id": "images.csv",
        name: "images.csv",
        contentUrl: "images.csv",
        contentSize: `${csv.bytes} B`,
        encodingFormat: "text/csv",
        sha256: csv.sha256,
      },
      ...pictureSets(table, layout),
    ],
    recordSet: [
      { "@type": "cr:RecordSet", "@id": "images", name: "images", key: { "@id": "images/isic_id" }, field: fields },
    ],
  };
  return `${JSON.stringify(croissant, undefined, 1)}\n`;
}

/** An id for each column: a part of an address, without the blanks and slashes that names of metadata have. */
function fieldIds(columns: readonly string[]): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  for (const column of columns) {
    const clean = `images/${column.replace(/[^\p{L}\p{N}._-]+/gu, "_")}`;
    let id = clean;
    for (let n = 2; taken.has(id); n++) id = `${clean}_${n}`;
    taken.add(id);
    ids.set(column, id);
  }
  return ids;
}

/** A file set for each format of the pictures, that matches them and no other file: not masks, tables or licences. */
function pictureSets({ rows }: ImageTable, layout: RecipeLayout): object[] {
  const globs = new Map<string, Set<string>>();
  if (layout === "webdataset") globs.set("application/x-tar", new Set(["*.tar"]));
  else
    for (const row of rows) {
      const [, folder = "", extension = ""] = /^(.*\/).*\.([^.]+)$/.exec(String(row.get("file_name"))) ?? [];
      const format = `image/${extension === "jpg" ? "jpeg" : extension}`;
      const mine = globs.get(format) ?? new Set();
      // A folder's own brackets are no pattern.
      globs.set(format, mine.add(`${folder.replace(/[[*?]/g, "[$&]")}*.${extension}`));
    }
  return Array.from(globs, ([encodingFormat, includes]) => {
    const name = globs.size === 1 ? "pictures" : `pictures-${encodingFormat.replace("image/", "")}`;
    return { "@type": "cr:FileSet", "@id": name, name, encodingFormat, includes: [...includes].sort() };
  });
}

function typeOf({ rows }: ImageTable, column: string): string {
  const values = rows.map((row) => row.get(column)).filter((value) => value !== undefined);
  if (values.every((value) => typeof value === "boolean")) return "sc:Boolean";
  if (!values.every((value) => typeof value === "number")) return "sc:Text";
  return values.every((value) => Number.isInteger(value)) ? "sc:Integer" : "sc:Float";
}
