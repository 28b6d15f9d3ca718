import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drawOutlines, type Raster } from "@isic/core-wasm";
import { isIsicError, nodeCodecs, parsePattern, shrink } from "isic/node";
import { connect } from "../../connection/connect.ts";
import { CommandError, inCommandTerms } from "../../output/failure.ts";
import { checkNotOverwritten } from "../../output/files.ts";
import { openWithSystem, systemOpener } from "../../output/open-with-system.ts";
import {
  blockPicture,
  itermPicture,
  kittyPicture,
  type PictureProtocol,
  pictureProtocol,
} from "../../output/picture.ts";
import { checkPictureName, writePicture } from "../../output/picture-files.ts";
import { recordLines } from "../../output/table.ts";
import type { Terminal } from "../../output/terminal.ts";
import { checkIdFamily } from "../../selection/id-list.ts";
import { describedOf, isPhotoFile, openPhoto, type Photo } from "../../selection/photo.ts";
import type { ImageShowOptions } from "./show.ts";

/** Shows an image: as a picture where there is something to draw on, and its record. */
export async function imageShow(what: string, options: ImageShowOptions, terminal: Terminal): Promise<void> {
  checkTogether(options);
  if (options.output !== undefined) {
    checkPictureName(options.output);
    await checkNotOverwritten(what, { "-o": options.output });
  }
  if (options.json === true || options.picture === false) return showRecord(what, options, terminal);
  const isFile = await isPhotoFile(what);
  const photo = await openPhoto(what, options, terminal).catch((error: unknown) => {
    // Of an image of the archive there is a record to show, whatever its picture is.
    const isWanted = options.output !== undefined || options.open === true || options.as !== undefined;
    if (isWanted || isFile || !isIsicError(error, "UndecodableImageError")) throw error;
    terminal.err.line(`note: ${inCommandTerms(error.message)}`);
  });
  if (photo === undefined) return showRecord(what, options, terminal);
  if (options.superpixels === true) {
    const { labels } = await photo.superpixels();
    drawOutlines(photo.raster, labels, { color: [255, 255, 0] });
  }
  if (options.output !== undefined) {
    await writePicture(options.output, photo.raster, photo.closed);
    terminal.out.line(`${photo.name}: ${options.output}`);
  } else if (options.open === true) {
    await openInViewer(photo, terminal);
  } else {
    await drawHere(photo.raster, options, terminal);
    await printRecord(photo, terminal);
  }
}

/** Refuses options of the picture where there is none, and options of the screen where a file is written. */
function checkTogether({ json, picture, output, open, as, width, superpixels }: ImageShowOptions): void {
  const onScreen = { "--open": open, "--as": as, "--width": width };
  const ofPictures = { "-o": output, ...onScreen, "--superpixels": superpixels };
  const cases: [boolean, string, Readonly<Record<string, unknown>>][] = [
    [json === true, "--json is the record without the picture", ofPictures],
    [picture === false, "--no-picture is the record only", ofPictures],
    [output !== undefined, "-o writes the picture into a file", onScreen],
    [open === true, "--open leaves the picture to another program", { "--as": as, "--width": width }],
  ];
  for (const [holds, sentence, others] of cases) {
    const given = Object.keys(others).find((option) => others[option] !== undefined);
    if (holds && given !== undefined) throw new CommandError(`${sentence}: leave out ${given}.`, 2);
  }
}

async function showRecord(what: string, options: ImageShowOptions, terminal: Terminal): Promise<void> {
  if (await isPhotoFile(what)) {
    const photo = await openPhoto(what, options, terminal);
    const { width, height } = photo.raster;
    if (options.json === true) terminal.out.json({ name: photo.name, width, height });
    else await printRecord(photo, terminal);
    return;
  }
  checkIdFamily(what, options);
  const api = await connect(options, terminal);
  const image = await api.image(what, { signal: terminal.signal });
  const record = await describedOf(api, image.record, terminal);
  if (options.json === true) terminal.out.json(record);
  else terminal.out.block(recordLines(record));
}

async function printRecord({ name, raster, record }: Photo, terminal: Terminal): Promise<void> {
  if (record === undefined) terminal.out.line(`${name}: ${raster.width} x ${raster.height} pixels`);
  else terminal.out.block(recordLines(await record()));
}

/** Draws on terminals, and where `--as` says how. */
async function drawHere(raster: Raster, options: ImageShowOptions, terminal: Terminal): Promise<void> {
  if (!terminal.out.isTTY && options.as === undefined) return;
  const protocol = options.as ?? pictureProtocol(terminal.env);
  if (protocol !== undefined) terminal.out.picture(await drawn(raster, protocol, options, terminal));
  else if (options.quiet !== true)
    terminal.err.line("note: no picture without colours (NO_COLOR, TERM=dumb): -o writes it into a file.");
}

async function drawn(
  raster: Raster,
  protocol: PictureProtocol,
  options: ImageShowOptions,
  terminal: Terminal,
): Promise<string> {
  const columns = options.width ?? Math.min(80, terminal.out.width);
  if (protocol === "blocks") {
    // A column is one pixel wide, and half a line high: pixels come out square.
    const longer = Math.round((columns * Math.max(raster.width, raster.height)) / raster.width);
    const trueColor = /truecolor|24bit/.test(terminal.env.COLORTERM ?? "");
    return blockPicture(shrink(raster, longer), trueColor);
  }
  const png = await nodeCodecs.encodePng(shrink(raster, 1600));
  return protocol === "kitty" ? kittyPicture(png, columns) : itermPicture(png, columns);
}

/** The file stays in the system's folder for temporary ones: the viewer may read it long after we have ended. */
async function openInViewer(photo: Photo, terminal: Terminal): Promise<void> {
  const path = join(await mkdtemp(join(tmpdir(), "isic-")), `${fileNameOf(photo.name)}.png`);
  await writePicture(path, photo.raster);
  await openWithSystem(path).catch((cause: unknown) => {
    throw new CommandError(`This system has no viewer (${systemOpener}). The picture is in ${path}`, 1, { cause });
  });
  terminal.out.line(`${photo.name}: ${path}`);
}

/** The name of an image as that of a file, as downloads make it: on v1 a name may hold `../`, or be a device's. */
const fileNameOf = (name: string): string => parsePattern("$name$").fill(() => name);
