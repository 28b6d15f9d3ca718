/** A figure for a paper: pictures, colours and texts on a white page, as pixels or as SVG. */
import type { Color, Raster } from "@isic/core-wasm";
import type { Codecs } from "../../codecs/types.ts";
import { showInJupyter } from "../../notebook/jupyter.ts";
import { drawFigure } from "./draw-figure.ts";
import { figureSvg } from "./figure-svg.ts";

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

  constructor(
    page: {
      readonly width: number;
      readonly height: number;
      readonly items: readonly FigureItem[];
      readonly title: string;
    },
    codecs: Codecs,
  ) {
    this.width = page.width;
    this.height = page.height;
    this.items = page.items;
    this.title = page.title;
    this.#codecs = codecs;
    showInJupyter(this, codecs, () => ({ raster: this.raster(), text: page.title }));
  }

  /** RGB; text in a stroke font that is the same on every platform. */
  raster(): Raster {
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

/** The page of a figure. */
export type Page = Pick<Figure, "width" | "height" | "items" | "title">;
