import { rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { Criteria } from "@isic/select";
import type { IsicApi } from "isic";
import { startArchive } from "../../box/archive.ts";
import { paintPictures, writePictures } from "../../box/pictures.ts";
import { compareWithManifest, type RealFolder, readRealFolder } from "../../box/real-folder.ts";
import { type Pass, passOver, passTable, superpixelTable } from "../../box/walk.ts";
import { connect } from "../../connection/connect.ts";
import { CommandError } from "../../output/failure.ts";
import { count } from "../../output/table.ts";
import type { Terminal } from "../../output/terminal.ts";
import { duration, plural } from "../../output/units.ts";
import type { DemoOptions } from "./demo.ts";

/** The superpixel that the original README paints. */
const README_SUPERPIXEL = 472;

/** The walk of the README, from an archive in a box to painted pictures. */
export async function demo(options: DemoOptions, terminal: Terminal): Promise<void> {
  if (options.json === true) throw new CommandError("The demo is for people: leave out --json.", 2);
  const started = performance.now();
  const { signal } = terminal;
  const say = (text: string): void => terminal.out.block(text);
  const family = options.api ?? "v1";
  const folder = options.data === undefined ? undefined : await readRealFolder(options.data);
  const archive = await startArchive({ port: options.port, ...(folder === undefined ? {} : { data: folder.path }) });
  try {
    const cache = await cacheFolder(options);
    const session = { ...options, api: family, server: archive.url, cache };
    say(
      `An archive in a box listens on ${archive.url}: ${count(archive.images)} ${folder === undefined ? "generated" : "real"} images.`,
    );
    // The box is nobody's server: no token of the environment belongs there.
    const guest = { ...terminal, env: { ...terminal.env, ISIC_TOKEN: undefined } };
    const api = await connect(session, guest);
    say(`\n1. Connected to its ${family} API; fetched files are kept in ${shortPath(cache)}.`);

    const first = await passOver(api, options.image, signal);
    say(`\n2. ${facts(first)}`);

    say("\n3. Images by metadata, each step refining the one before:");
    await select(api, family, folder, say, signal);

    const before = archive.requests();
    const second = await passOver(await connect(session, guest), options.image, signal);
    const asked = archive.requests();
    const superpixel = Math.min(README_SUPERPIXEL, first.image.superpixels!.max);
    say("\n4. Its photo and superpixels, through the cache, twice:\n");
    say(indent(passTable(first, second)));
    say("");
    say(superpixelTable(first.image, superpixel));
    const again = asked.files - before.files;
    say(`  ${"second pass".padEnd(22)} ${plural(again, "request")} for image or superpixel files`);
    if (again > 0)
      throw new CommandError(`The second pass made ${plural(again, "request")} for files that the first had cached.`);

    if (folder !== undefined) {
      say("\n5. Every photo of the folder, its superpixels counted against manifest.json:\n");
      say(indent(await compareWithManifest(api, folder, signal)));
    }

    const pictures = paintPictures(first.image, superpixel);
    await writePictures(options.out, pictures);
    say(`\n${folder === undefined ? 5 : 6}. Painted:`);
    for (const { file, about } of pictures) say(`  ${file.padEnd(22)} ${about}`);
    say(`\nDone in ${duration((performance.now() - started) / 1000)}. The pictures are in ${resolve(options.out)}`);
  } finally {
    await archive.close();
  }
}

async function select(
  api: IsicApi,
  family: "v1" | "v2",
  folder: RealFolder | undefined,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const report = (about: string, size: number): void => say(`  ${about.padEnd(48)} ${count(size).padStart(6)}`);
  for (const [i, { about, criteria }] of selectionSteps[family].entries()) {
    const selection = await api.selectImages(criteria, { subSelect: i > 0, signal });
    report(about, selection.size);
  }
  const names = [...(api.imageSelection?.values() ?? [])].map(nameOf);
  if (names.length > 0) say(`  ${names.slice(0, 5).join(", ")}${names.length > 5 ? ", ..." : ""}`);
  if (folder === undefined) return;
  const there = family === "v1" ? "name" : "isic_id";
  const present = await api.selectImages([there, "in", folder.photos], { signal });
  report("those whose photo is in the folder", present.size);
}

const nameOf = (record: object): string => {
  const { isic_id, name } = record as { isic_id?: string; name?: string };
  return isic_id ?? name ?? "";
};

/** The demo's own cache begins empty, so that its first pass is one; a folder that you name is left as it is. */
async function cacheFolder(options: DemoOptions): Promise<string> {
  if (typeof options.cache === "string") return resolve(options.cache);
  const own = resolve(options.out, "cache");
  await rm(own, { recursive: true, force: true });
  return own;
}

function facts({ image }: Pass): string {
  const { width, height } = image.data!;
  return `api.image("${image.name}"): id ${image.id}, ${width} x ${height} pixels.`;
}

const indent = (text: string): string => text.replace(/^/gm, "  ");

const shortPath = (path: string): string => {
  const short = relative(process.cwd(), path);
  return short.startsWith("..") ? path : join(".", short);
};

/** One step of a selection: what it asks, in words, and whether it refines what the steps before it left. */
interface SelectionStep {
  readonly about: string;
  readonly criteria: Criteria;
}

/** The sequence of the original package's README, on the records of the Girder API. */
const V1: readonly SelectionStep[] = [
  {
    about: "dermoscopic, at least 2048 pixels wide, no nevus",
    criteria: [
      ["meta.acquisition.pixelsX", ">=", 2048],
      ["meta.acquisition.image_type", "==", "dermoscopic"],
      ["meta.clinical.diagnosis", "!=", "nevus"],
    ],
  },
  { about: "... in a dataset open to all", criteria: ["dataset._accessLevel", "==", 0] },
  { about: "... tagged ISBI 2017: Training", criteria: ["notes.tags", "ni", "ISBI 2017: Training"] },
  { about: "... with a biopsy", criteria: ["meta.unstructured.biopsy done", "==", "Y"] },
  { about: "... and melanocytic", criteria: ["meta.clinical.melanocytic", "is", true] },
];

/** The same walk on the records of v2, which know neither tags nor datasets. */
const V2: readonly SelectionStep[] = [
  {
    about: "dermoscopic, at least 2048 pixels wide",
    criteria: [
      ["metadata.acquisition.pixels_x", ">=", 2048],
      ["metadata.acquisition.image_type", "==", "dermoscopic"],
    ],
  },
  { about: "... of a woman", criteria: ["metadata.clinical.sex", "==", "female"] },
  { about: "... not benign for certain", criteria: ["metadata.clinical.diagnosis_1", "!=", "Benign"] },
  { about: "... and melanocytic", criteria: ["metadata.clinical.melanocytic", "is", true] },
];

const selectionSteps: Readonly<Record<"v1" | "v2", readonly SelectionStep[]>> = { v1: V1, v2: V2 };
