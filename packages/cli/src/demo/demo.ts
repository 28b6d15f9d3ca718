import { rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { IsicApi } from "isic";
import { startArchive } from "../archive-in-a-box.ts";
import type { DemoOptions } from "../commands/demo.ts";
import { connect } from "../connect.ts";
import { CommandError } from "../print/failure.ts";
import { count } from "../print/table.ts";
import { duration, plural } from "../print/units.ts";
import { line, type Terminal } from "../terminal.ts";
import { type Pass, passOver } from "./pass.ts";
import { paintPictures, writePictures } from "./pictures.ts";
import { compareWithManifest, type RealFolder, readRealFolder } from "./real-folder.ts";
import { passTable, superpixelTable } from "./report.ts";
import { selectionSteps } from "./selections.ts";

/** The superpixel that the original README paints. */
const README_SUPERPIXEL = 472;

/** The walk of the README, from an archive in a box to painted pictures. */
export async function demo(options: DemoOptions, terminal: Terminal): Promise<void> {
  if (options.json === true) throw new CommandError("The demo is for people: leave out --json.", 2);
  const started = performance.now();
  const { signal } = terminal;
  const say = (text: string): void => line(terminal.out, text);
  const family = options.api ?? "v1";
  const folder = options.data === undefined ? undefined : await readRealFolder(options.data);
  const archive = await startArchive({ port: options.port, ...(folder === undefined ? {} : { data: folder.path }) });
  try {
    const cache = await cacheFolder(options);
    const session = { ...options, api: family, server: archive.url, cache };
    say(
      `An archive in a box listens on ${archive.url}: ${count(archive.images)} ${folder === undefined ? "generated" : "real"} images.`,
    );
    const api = await connect(session, terminal);
    say(`\n1. Connected to its ${family} API; fetched files are kept in ${shortPath(cache)}.`);

    const first = await passOver(api, options.image, signal);
    say(`\n2. ${facts(first)}`);

    say("\n3. Images by metadata, each step refining the one before:");
    await select(api, family, folder, say, signal);

    const before = archive.requests();
    const second = await passOver(await connect(session, terminal), options.image, signal);
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
