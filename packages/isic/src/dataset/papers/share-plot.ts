import type { Spec } from "vega";
import { cleanText } from "./html.ts";

declare module "vega" {
  /** Of vega-scenegraph, which has no types. `canvas(false)`: widths are estimated. */
  const textMetrics: { canvas(use: boolean): void };
}

/** A bar: how many of a part's images have a value. */
export interface SharedBar {
  readonly part: string;
  /** From 0 to 1. */
  readonly share: number;
  /** What stands beside the bar. */
  readonly text: string;
}

/** Bars of one value, or of one field. */
export interface SharedRow {
  readonly name: string;
  readonly bars: readonly SharedBar[];
}

/** A plot as the text of an SVG picture, without scripts, styles or addresses. */
export type SharePlot = (rows: readonly SharedRow[], parts: readonly string[]) => Promise<string>;

/**
 * Of the colours that Okabe and Ito chose so that people of all kinds of colour vision tell them apart (Color Universal
 * Design, 2002), those that stand out from white and from black; more parts begin again. The part's name stands beside
 * each bar too.
 */
const COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7f7f7f"];
const BAR = 15;
const GAP = 10;
const FONT = "system-ui, sans-serif";

/** Plots by Vega, which is loaded here: bars of shares, a row for each value and in it a bar for each part. */
export async function sharePlotter(): Promise<SharePlot> {
  const { parse, textMetrics, View } = await import("vega");
  return async (rows, parts) => {
    // Vega measures text by the package `canvas` where somebody has installed it: then the bytes would be that machine's.
    textMetrics.canvas(false);
    const view = new View(parse(specOf(rows, parts)), { renderer: "none" });
    try {
      return await view.toSVG();
    } finally {
      view.finalize();
      textMetrics.canvas(true);
    }
  };
}

function specOf(rows: readonly SharedRow[], parts: readonly string[]): Spec {
  // Values are told apart by their place: two names may look the same.
  const values = rows.flatMap(({ bars }, row) =>
    bars.map(({ part, share, text }) => ({ row, part: parts.indexOf(part), share, text: cleanText(text) })),
  );
  const places = rows.map((_, row) => row);
  const step = parts.length * BAR + GAP;
  const numbers = parts.map((_, part) => part);
  const text = { font: { value: FONT }, fontSize: { value: 12 }, fill: { value: "currentColor" } };
  return {
    width: 420,
    height: rows.length * step,
    padding: 4,
    data: [{ name: "bars", values }],
    scales: [
      { name: "x", domain: { data: "bars", field: "share" }, range: "width", zero: true, nice: true },
      {
        name: "y",
        type: "band",
        domain: places,
        range: "height",
        paddingInner: GAP / step,
        paddingOuter: GAP / step / 2,
      },
      { name: "part", type: "band", domain: numbers, range: [0, parts.length * BAR], paddingInner: 0.1 },
      { name: "color", type: "ordinal", domain: numbers, range: COLORS },
      { name: "value name", type: "ordinal", domain: places, range: rows.map(({ name }) => cleanText(name)) },
      { name: "part name", type: "ordinal", domain: numbers, range: parts.map(cleanText) },
    ],
    axes: [
      {
        aria: false,
        orient: "bottom",
        scale: "x",
        format: ".0%",
        tickCount: 6,
        grid: true,
        gridColor: "currentColor",
        gridOpacity: 0.15,
        domain: false,
        ticks: false,
        labelColor: "currentColor",
        labelFont: FONT,
        labelFontSize: 12,
      },
      {
        aria: false,
        orient: "left",
        scale: "y",
        domain: false,
        ticks: false,
        labelLimit: 300,
        labelPadding: 8,
        encode: { labels: { update: { ...text, text: { scale: "value name", field: "value" } } } },
      },
    ],
    legends: [
      {
        aria: false,
        fill: "color",
        orient: "top",
        direction: "horizontal",
        symbolType: "square",
        encode: { labels: { update: { ...text, text: { scale: "part name", field: "value" } } } },
      },
    ],
    marks: [
      {
        aria: false,
        type: "rect",
        from: { data: "bars" },
        encode: {
          enter: {
            x: { scale: "x", value: 0 },
            x2: { scale: "x", field: "share" },
            y: { scale: "y", field: "row", offset: { scale: "part", field: "part" } },
            height: { scale: "part", band: 1 },
            fill: { scale: "color", field: "part" },
          },
        },
      },
      {
        aria: false,
        type: "text",
        from: { data: "bars" },
        encode: {
          enter: {
            ...text,
            text: { field: "text" },
            x: { scale: "x", field: "share", offset: 6 },
            y: { scale: "y", field: "row", offset: { scale: "part", field: "part", offset: BAR / 2 } },
            baseline: { value: "middle" },
          },
        },
      },
    ],
  };
}
