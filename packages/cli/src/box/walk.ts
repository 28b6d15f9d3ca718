import type { Image, IsicApi } from "isic";
import { type Column, count, table } from "../output/table.ts";

/** One thing done, how long it took, and where its bytes came from. */
export interface Step {
  readonly name: string;
  readonly milliseconds: number;
  readonly from: string;
}

export interface Pass {
  readonly image: Image;
  readonly steps: readonly Step[];
}

/** From a name to a map: what the demo does twice, the second time out of the cache. */
export async function passOver(api: IsicApi, name: string, signal: AbortSignal): Promise<Pass> {
  const steps: Step[] = [];
  const timed = async <T>(step: string, work: () => Promise<T> | T, from: (result: T) => string): Promise<T> => {
    const started = performance.now();
    const result = await work();
    steps.push({ name: step, milliseconds: performance.now() - started, from: from(result) });
    return result;
  };
  const image = await timed(
    "find the image",
    () => api.image(name, { signal }),
    (found) => found.origins.record,
  );
  await timed(
    "fetch the photo",
    () => image.loadRawData({ signal }),
    () => image.origins.data ?? "",
  );
  await timed(
    "decode it to pixels",
    () => image.loadImageData({ signal }),
    () => "",
  );
  await timed(
    "superpixels, to labels",
    () => image.loadSuperpixels({ signal }),
    () => image.origins.superpixels ?? "",
  );
  await timed(
    "build the map",
    () => image.mapSuperpixels(),
    () => "",
  );
  return { image, steps };
}

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
