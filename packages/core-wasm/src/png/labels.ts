import { checkOptions } from "../check.ts";
import { NotALabelMapError } from "../errors.ts";
import { type BuildMapOptions, buildMap } from "../map/build.ts";
import type { LabelImage, SuperpixelMap } from "../types.ts";
import type { PngFile } from "./chunks.ts";
import type { Crc32 } from "./crc32.ts";
import { makeRoom, openFile, type PngLimits } from "./open.ts";
import { colorReader, greyValueReader, isGrey, type ReadPixel } from "./pixels.ts";
import type { OpenRows, Rows } from "./rows.ts";
import { Scanlines } from "./scanlines.ts";

/** How a file of labels is read. */
export interface ReadLabelsSyncOptions extends PngLimits {
  /**
   * `"grey"`: the values of a grey file of 8 or 16 bits are the labels; a file of colours is refused then. Unless told,
   * colours are labels (`R + 256 G + 65536 B`), grey values of 16 bits too, and 8-bit grey is refused: it may be a mask.
   */
  readonly labels?: "grey";
}

export interface ReadLabelsOptions extends ReadLabelsSyncOptions {
  /** Gives up between two pieces of the file, with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The labels of a file and their map, made in one go. */
export interface Superpixels {
  readonly labels: LabelImage;
  readonly map: SuperpixelMap;
}

/** The labels of a file to which its inflated bytes are given. */
export interface LabelRows extends Rows {
  readonly file: PngFile;
}

/** Checks the options and the file, and makes room for its labels. @throws PngError, NotALabelMapError, TypeError */
export function openLabels(
  bytes: Uint8Array,
  crc32: Crc32,
  openRows: OpenRows,
  options: ReadLabelsOptions & BuildMapOptions,
): LabelRows {
  checkOptions(options, ["labels", "maxPixels", "signal", "sparse"]);
  if (options.labels !== undefined && options.labels !== "grey") {
    throw new TypeError(`expected labels to be "grey" or left out, got ${JSON.stringify(options.labels)}`);
  }
  const file = openFile(bytes, crc32, options);
  const read = labelReader(file, options.labels === "grey");
  const isPlain = file.bitDepth === 8 && !file.interlaced && (file.colorType === 2 || file.colorType === 6);
  // What the archive served goes through the kernel; all other kinds are rare, and read pixel by pixel.
  const rows = makeRoom(file, () =>
    isPlain ? openRows(file.width, file.height, file.colorType === 2 ? 3 : 4) : openAnyRows(file, read),
  );
  return {
    file,
    push: (piece) => rows.push(piece),
    labels: () => rows.labels(),
    map: (labels, mapOptions) => rows.map(labels, mapOptions),
    close: () => rows.close(),
  };
}

/** After the last piece: both. */
export function both(rows: Rows, options: BuildMapOptions): Superpixels {
  const labels = rows.labels();
  return { labels, map: rows.map(labels, options.sparse === undefined ? {} : { sparse: options.sparse }) };
}

/** What the pixels of a file mean as labels. @throws NotALabelMapError when they mean nothing */
function labelReader(file: PngFile, asGrey: boolean): ReadPixel {
  const { colorType, bitDepth } = file;
  const refuse = (what: string): NotALabelMapError =>
    new NotALabelMapError(`The PNG file is no map of superpixels: it has ${what}.`, colorType, bitDepth);
  if (isGrey(file)) {
    if (bitDepth === 16 || (asGrey && bitDepth === 8)) return greyValueReader(file);
    if (bitDepth < 8) throw refuse(`grey pixels of ${bitDepth} bits, which are masks or drawings`);
    throw refuse(`grey pixels of 8 bits, as masks have; if they are labels, read it with { labels: "grey" }`);
  }
  if (asGrey) throw refuse(`colours, and { labels: "grey" } was asked for: leave that out`);
  if (bitDepth === 16) throw refuse("colours of 16 bits a channel, and labels are coded in 8");
  return colorReader(file);
}

/** The labels of a file of any kind. */
function openAnyRows(file: PngFile, read: ReadPixel): Rows {
  const { width, height } = file;
  const data = new Int32Array(width * height);
  let largest = 0;
  const scanlines = new Scanlines(file, (row, y, pass) => {
    const first = (pass.y + y * pass.stepY) * width + pass.x;
    for (let x = 0, to = first; x < pass.width; x++, to += pass.stepX) {
      const label = read(row, x);
      data[to] = label;
      if (label > largest) largest = label;
    }
  });
  return {
    push: (piece) => scanlines.push(piece),
    labels(): LabelImage {
      scanlines.end();
      return { width, height, data, count: largest + 1 };
    },
    map: buildMap,
    close(): void {},
  };
}
