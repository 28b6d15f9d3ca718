import { distinctFileNames } from "@isic/cache-fs/files";
import type { Raster } from "@isic/core-wasm";
import { cocoJson } from "../layouts/coco.ts";
import { croissantJson } from "../layouts/croissant.ts";
import { hubMetadata } from "../layouts/hub-metadata.ts";
import { layoutOf, placesOf } from "../layouts/places.ts";
import { csvText, imageTable, parquetBytes } from "../layouts/table.ts";
import { keysOf, membersOf, shardsOf } from "../layouts/webdataset.ts";
import { attributionText, bibTex, citationCff, citationText, type Reference } from "../papers/citation.ts";
import { dataSheetMarkdown } from "../papers/data-sheet.ts";
import { dataSheetHtml } from "../papers/data-sheet-page.ts";
import { datasetCard } from "../papers/dataset-card.ts";
import { licencePage } from "../papers/licence-texts.ts";
import type { DatasetPlan } from "../plan/plan.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { sha256Of } from "./make-image.ts";
import type { Places, SetFile, SetImage } from "./set-image.ts";

/** All that the files of a set are a function of. */
export interface SetContent {
  readonly recipe: Recipe;
  readonly images: readonly SetImage[];
  readonly parts: readonly string[];
  readonly plan: Pick<DatasetPlan, "leftOut" | "unlabelled" | "notes" | "fields" | "without">;
  readonly duplicates: number;
  readonly references: readonly Reference[];
  /** Full texts by SPDX name, where the server has them. */
  readonly licenceTexts: ReadonlyMap<string, string>;
  /** Where a made file lies on the disk. */
  readonly pathOf: (file: string) => string;
  readonly maskOf: (image: SetImage) => Promise<Raster | undefined>;
}

/** The classes of a set, in the order of its recipe, else by name. */
function classesOf({ labels }: Recipe, images: readonly Pick<SetImage, "labels">[]): string[] {
  const found = new Set(images.flatMap((image) => image.labels));
  const named = Object.keys(labels?.classes ?? {}).filter((name) => found.has(name));
  return [...named, ...[...found].filter((name) => !named.includes(name)).sort()];
}

/** The places of its pictures, and every other file of a set. */
export async function setFiles(content: SetContent): Promise<{
  readonly places: ReadonlyMap<string, Places>;
  readonly files: readonly SetFile[];
  readonly shardOf: ReadonlyMap<string, string>;
}> {
  const { recipe, images, parts, references } = content;
  const layout = layoutOf(recipe);
  const classes = classesOf(recipe, images);
  const places = new Map(images.map((image) => [image.id, placesOf(image, layout)]));
  const isMulti = recipe.labels?.multi === true;
  const keys = keysOf(images);
  const shards =
    layout === "webdataset"
      ? shardsOf({ images, keys, classes, shardSize: recipe.shardSize, pathOf: content.pathOf })
      : undefined;
  const tablePlaces = (image: SetImage): Places & { readonly shard?: string | undefined } =>
    shards === undefined
      ? (places.get(image.id) as Places)
      : { ...membersOf(image, keys.get(image.id) as string), shard: shards.shardOf.get(image.id) };
  const table = imageTable(images, tablePlaces, classes, isMulti);
  const csv = await csvText(table);
  const licences = [...new Set(images.map(({ licence }) => licence ?? "unknown"))].sort();
  const citation = citationText(recipe, references);
  const bib = bibTex(recipe, references);
  const sheetFacts = { recipe, images, parts, plan: content.plan, duplicates: content.duplicates, citation };
  const sheet = dataSheetMarkdown(sheetFacts);
  const csvFile = { path: "images.csv", sha256: sha256Of(csv), bytes: Buffer.byteLength(csv) };
  const croissant = {
    recipe,
    layout,
    table,
    csv: csvFile,
    licences,
    citation,
  };
  const files: SetFile[] = [
    { path: "images.csv", content: csv },
    { path: "images.parquet", content: await parquetBytes(table) },
    { path: "croissant.json", content: croissantJson(croissant) },
    { path: "attribution.txt", content: attributionText(images) },
    ...Array.from(distinctFileNames(licences, { maxBytes: LONGEST_NAME }), ([licence, name]) => ({
      path: `licenses/${name}.txt`,
      content: content.licenceTexts.get(licence) ?? licencePage(licence),
    })),
    {
      path: "CITATION.cff",
      content: citationCff(recipe, references, licences),
    },
    { path: "citation.bib", content: bib },
    { path: "DATASHEET.md", content: sheet },
    { path: "datasheet.html", content: await dataSheetHtml(sheetFacts) },
    ...(shards?.files ?? []),
  ];
  if (classes.length > 0) files.push({ path: "classes.txt", content: `${classes.join("\n")}\n` });
  if (layout === "hugging-face") {
    const filled = parts.filter((part) => images.some(({ split }) => split === part));
    const metadata = await hubMetadata(table, filled);
    const { leftOut } = metadata;
    const card = { recipe, parts: filled, count: images.length, licences, classes, leftOut, sheet, bibTex: bib };
    files.push(...metadata.files, { path: "README.md", content: datasetCard(card) });
  }
  if (layout === "coco") {
    for (const part of parts) {
      const mine = images.filter(({ split }) => split === part);
      const fileOf = ({ id }: SetImage): string => (places.get(id)?.image ?? "").split("/").slice(2).join("/");
      files.push({
        path: `annotations/${part}.json`,
        content: await cocoJson({ title: recipe.title, images: mine, classes, fileOf, maskOf: content.maskOf }),
      });
    }
  }
  return { places, files, shardOf: shards?.shardOf ?? new Map() };
}

/** With `.txt` it is what file systems take. */
const LONGEST_NAME = 251;
