import type { Image } from "isic";
import { type Column, count, table } from "../print/table.ts";
import type { Pass, Step } from "./pass.ts";

interface Row {
  readonly name: string;
  readonly first: Step;
  readonly second: Step | undefined;
}

/** Both passes, step by step. */
export function passTable(first: Pass, second: Pass): string {
  const rows: Row[] = first.steps.map((step, i) => ({ name: step.name, first: step, second: second.steps[i] }));
  const columns: Column<Row>[] = [
    { title: "step", value: (row) => row.name },
    { title: "first pass", align: "right", value: (row) => milliseconds(row.first) },
    { title: "from", value: (row) => row.first.from },
    { title: "second pass", align: "right", value: (row) => milliseconds(row.second) },
    { title: "from", value: (row) => row.second?.from },
  ];
  return table(columns, rows);
}

const milliseconds = (step: Step | undefined): string =>
  step === undefined ? "" : `${step.milliseconds.toFixed(1)} ms`;

/** How many superpixels there are, and how large. */
export function superpixelTable(image: Image, superpixel: number): string {
  const { szs, idx, origin } = image.superpixels!;
  const sorted = szs.toSorted();
  const at = (share: number): string => count(sorted[Math.round(share * (sorted.length - 1))]!);
  const [x, y] = image.superpixels!.xyc.subarray(2 * superpixel, 2 * superpixel + 2);
  const facts: readonly (readonly [string, string])[] = [
    [
      "superpixels",
      `${count(idx.count)} (${origin === "served" ? "the archive's own" : "computed here, as the archive did"})`,
    ],
    ["pixels", `${count(idx.width * idx.height)} (${idx.width} x ${idx.height})`],
    ["pixels per superpixel", `${at(0)} to ${at(1)}, median ${at(0.5)}`],
    [`superpixel ${superpixel}`, `${count(szs[superpixel]!)} pixels around (${x}, ${y})`],
  ];
  return facts.map(([name, value]) => `  ${name.padEnd(22)} ${value}`).join("\n");
}
