import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { LabelImage, Raster } from "@isic/core-wasm";
import {
  type ComputeOptions,
  describedRecord,
  type ImageRecord,
  type IsicApi,
  isIsicError,
  nodeCodecs,
} from "isic/node";
import type { GlobalOptions } from "../commands/options.ts";
import { connect } from "../connection/connect.ts";
import { CommandError } from "../output/failure.ts";
import { asClosedAs, closedFor } from "../output/files.ts";
import { progressLine } from "../output/progress.ts";
import type { Terminal } from "../output/terminal.ts";
import { checkIdFamily } from "./id-list.ts";

/** A photo from wherever it was named: its pixels, and a way to its superpixels. */
export interface Photo {
  readonly name: string;
  readonly raster: Raster;
  /** How files that are made of it are written. */
  readonly closed: { readonly private: boolean };
  /** The archive's record as it may be shown; a file has none. */
  readonly record: (() => Promise<object>) | undefined;
  superpixels(
    compute?: ComputeOptions,
  ): Promise<{ readonly labels: LabelImage; readonly origin: "served" | "computed" }>;
}

/** Opens `what`: a file if there is one of that name, else an image of the archive. */
export async function openPhoto(what: string, options: GlobalOptions, terminal: Terminal): Promise<Photo> {
  return photoOpener(options, terminal)(what);
}

/** The same for several: the archive is connected to once, when the first of its images is named. */
export function photoOpener(options: GlobalOptions, terminal: Terminal): (what: string) => Promise<Photo> {
  let api: ReturnType<typeof connect> | undefined;
  return async (what) => {
    if (await isPhotoFile(what)) return photoFile(what, options, terminal);
    checkIdFamily(what, options);
    api ??= connect(options, terminal);
    return archivePhoto(await api, what, options, terminal);
  };
}

/** Is it a file, and not the name of an image? What looks like a file and is none is an error. */
export async function isPhotoFile(what: string): Promise<boolean> {
  const found = await stat(what).catch(() => undefined);
  if (found?.isDirectory()) throw new CommandError(`${what} is a folder: name a photo in it.`);
  if (found === undefined && /[/\\]|\.(jpe?g|png|tiff?|bmp|gif)$/i.test(what)) {
    throw new CommandError(`There is no file ${what}.`);
  }
  return found !== undefined;
}

async function photoFile(path: string, options: GlobalOptions, terminal: Terminal): Promise<Photo> {
  const { signal } = terminal;
  const raster = await nodeCodecs.decode(new Uint8Array(await readFile(path)), { what: path, signal });
  return {
    name: basename(path).replace(/\.[^.]+$/, ""),
    raster,
    closed: await asClosedAs(path),
    record: undefined,
    async superpixels(compute = {}) {
      const progress = progressLine(terminal.err, "computing superpixels", options.quiet);
      const onProgress = progress.update.bind(progress);
      try {
        return {
          labels: await nodeCodecs.computeSuperpixels(raster, { ...compute, signal, onProgress }),
          origin: "computed",
        };
      } finally {
        progress.end();
      }
    },
  };
}

/** A record as it may be shown: with the image's own attribution, or with a word that it is the one of its cohort. */
export async function describedOf(
  { archive }: IsicApi,
  record: ImageRecord,
  { signal }: Terminal,
): Promise<Readonly<Record<string, unknown>>> {
  if (!("attribution" in record)) return describedRecord({ record });
  try {
    const [terms] = (await archive.termsOf([record], { signal })).values();
    return describedRecord({ record, ...terms });
  } catch (error) {
    signal.throwIfAborted();
    if (!isIsicError(error)) throw error;
    return describedRecord({ record, attributionOf: "group" });
  }
}

async function archivePhoto(
  api: Awaited<ReturnType<typeof connect>>,
  name: string,
  options: GlobalOptions,
  terminal: Terminal,
): Promise<Photo> {
  const { signal } = terminal;
  const image = await api.image(name, { signal });
  const raster = await image.loadImageData({ signal });
  return {
    name: image.name,
    raster,
    closed: closedFor(api.archive),
    record: () => describedOf(api, image.record, terminal),
    async superpixels(compute) {
      const progress = progressLine(terminal.err, "superpixels", options.quiet);
      const onProgress = progress.update.bind(progress);
      const how = compute === undefined ? {} : { compute };
      try {
        const { idx, origin } = await image.loadSuperpixels({ ...how, signal, onProgress });
        return { labels: idx, origin };
      } finally {
        progress.end();
      }
    },
  };
}
