/** A figure for a paper: pictures, colours and texts on a white page, as pixels or as SVG. */
import type { Color, Raster } from "@isic/core-wasm";
import type { Codecs } from "../../codecs/types.ts";
import { ArgumentError } from "../../errors.ts";
import { showInJupyter } from "../../notebook/jupyter.ts";
import type { OnWarning } from "../../session/context.ts";
import { drawFigure } from "./draw-figure.ts";
import { figureSvg } from "./figure-svg.ts";
import { unknownLetters } from "./stroke-font.ts";

/** Places are pixels from the upper left corner; that of a text is the left end (or `middle`) of the line it stands on. */
export type FigureItem =
  | {
      readonly kind: "picture";
      readonly x: number;
      readonly y: number;
      readonly raster: Raster;
      readonly about: string;
    }
  | {
      readonly kind: "text";
      readonly x: number;
      readonly y: number;
      readonly text: string;
      /** Height of the font, in pixels. */
      readonly size: number;
      readonly bold?: boolean;
      readonly middle?: boolean;
    }
  | {
      readonly kind: "swatch";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      /** Of several colours: diagonal stripes. */
      readonly colors: readonly Color[];
    };

/** A figure that was laid out: `raster()` are its pixels, `svg()` the same with real text, `png()` a file. */
export class Figure {
  readonly width: number;
  readonly height: number;
  readonly items: readonly FigureItem[];
  /** What it shows, in one line. */
  readonly title: string;
  readonly #codecs: Codecs;
  readonly #warn: OnWarning | undefined;

  /** @param warn is told of letters that the font of pictures does not have */
  constructor(
    page: {
      readonly width: number;
      readonly height: number;
      readonly items: readonly FigureItem[];
      readonly title: string;
    },
    codecs: Codecs,
    warn?: OnWarning,
  ) {
    this.width = page.width;
    this.height = page.height;
    this.items = page.items;
    this.title = page.title;
    this.#codecs = codecs;
    this.#warn = warn;
    showInJupyter(this, codecs, () => ({ raster: this.raster(), text: page.title }));
  }

  /**
   * RGB; text in a stroke font that is the same on every platform. It has Latin letters without their accents: others are
   * boxes, with a warning, and right in `svg()`.
   */
  raster(): Raster {
    const unknown = unknownLetters(this.items.flatMap((item) => (item.kind === "text" ? [item.text] : [])));
    if (unknown.length > 0)
      this.#warn?.(`The font of pictures has no ${unknown.join(" ")}, drawn as boxes; as SVG they are right.`);
    return drawFigure(this);
  }

  /** A PNG file. */
  png(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#codecs.encodePng(this.raster());
  }

  /** An SVG document: its text is text (to be searched, and set in any font), its pictures are within it. */
  svg(): Promise<string> {
    return figureSvg(this, this.#codecs);
  }
}

/** Longer names are cut: no page is as wide. */
const LONGEST = 120;

/**
 * A name of others as it may stand in a figure: one line, nothing that turns what follows around, and no longer than a page
 * is wide.
 */
export function legibleText(name: string): string {
  const line = name
    .replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  const letters = Array.from(line);
  return letters.length <= LONGEST ? line : `${letters.slice(0, LONGEST - 3).join("")}...`;
}

/** @throws ArgumentError for a size that no picture can have */
export function checkPixels(sizes: Readonly<Record<string, number | undefined>>): void {
  for (const [name, value] of Object.entries(sizes)) {
    if (value !== undefined && !(Number.isInteger(value) && value >= 16 && value <= 32_767))
      throw new ArgumentError(`expected a ${name} of at least 16 pixels and at most 32767, got ${value}`);
  }
}

/** @throws ArgumentError */
export function checkFontSize(size: number | undefined): void {
  if (size !== undefined && !(typeof size === "number" && size > 0 && size <= 1000))
    throw new ArgumentError(`expected a font size above 0 and up to 1000 pixels, got ${size}`);
}

/** The page of a figure. */
export type Page = Pick<Figure, "width" | "height" | "items" | "title">;
