import { PythonFloat } from "../archive/python-text.ts";
import type { ImageRecord } from "../archive/source.ts";
import { mayDataset, mayImage } from "./access.ts";
import type { Context } from "./context.ts";
import { selection } from "./images.ts";
import { jsonAnswer } from "./respond.ts";

const CATEGORICAL = [
  ...["benign_malignant", "sex", "diagnosis_confirm_type", "diagnosis", "nevus_type", "melanocytic", "personal_hx_mm"],
  ...["family_hx_mm", "mel_class", "mel_type", "mel_mitotic_index", "mel_ulcer", "anatom_site_general"],
].map((name) => `meta.clinical.${name}`);
const ACQUISITION = ["image_type", "dermoscopic_type", "blurry", "color_tint", "hairy", "marker_pen"].map(
  (name) => `meta.acquisition.${name}`,
);
/** Facet, first bound, step, last bound, and whether Python writes the bounds as floats. */
const ORDINAL = [
  ["age_approx", 10, 90, false],
  ["clin_size_long_diam_mm", 10, 110, true],
  ["mel_thick_mm", 0.5, 5, true],
] as const;

/** `GET image/histogram`: the only place where v1 tells a total. */
export function histogram(context: Context): Response {
  const { state, user } = context;
  const wanted = selection(context) ?? (() => true);
  // the population is not the list's: quality review is not asked for, only the folder
  const images = state.images.filter(
    (image) =>
      image.reviewed !== null &&
      mayDataset(user, state.datasetOf(image)) &&
      mayImage(state, user, image) &&
      wanted(image),
  );
  const facets: [string, readonly unknown[]][] = [
    ["__passedFilters__", [{ count: images.length, label: "count" }]],
    ["meta.datasetId", bins(images.map((image) => image.datasetId))],
    ["meta.tags", bins(images.flatMap<string | null>((image) => (image.tags.length > 0 ? image.tags : [null])))],
    ...[...CATEGORICAL, ...ACQUISITION].map((path): [string, readonly unknown[]] => {
      return [path, bins(images.map((image) => value(image, path) ?? null))];
    }),
    ...ORDINAL.map(([name, step, last, float]): [string, readonly unknown[]] => {
      return [`meta.clinical.${name}`, ranges(images, `meta.clinical.${name}`, step, last, float)];
    }),
  ];
  return jsonAnswer(context.request, 200, Object.fromEntries(facets));
}

function value(image: ImageRecord, path: string): unknown {
  const [, group, name] = path.split(".");
  return (group === "clinical" ? image.clinical : image.acquisition)[name!];
}

/** Non-empty bins by label, `null` last. */
function bins(values: readonly unknown[]): readonly unknown[] {
  const counts = new Map<unknown, number>();
  for (const label of values) counts.set(label, (counts.get(label) ?? 0) + 1);
  const key = (label: unknown) => (label === null ? "\uffff" : String(label));
  return [...counts].sort(([a], [b]) => (key(a) < key(b) ? -1 : 1)).map(([label, count]) => ({ count, label }));
}

/** Half-open ranges from zero; what is missing or beyond the last bound shares the `null` bin. */
function ranges(images: readonly ImageRecord[], path: string, step: number, last: number, float: boolean) {
  const write = (bound: number) => (float ? bound.toFixed(1) : String(bound));
  const counts = new Map<number | null, number>();
  for (const image of images) {
    const found = value(image, path);
    const inside = typeof found === "number" && found >= 0 && found < last;
    const bin = inside ? Math.floor(found / step) : null;
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => (a ?? 1e9) - (b ?? 1e9))
    .map(([bin, count]) => {
      if (bin === null) return { count, label: null };
      const [low, high] = [bin * step, (bin + 1) * step];
      const bound = (at: number) => (float ? new PythonFloat(at) : at);
      return { count, label: `[${write(low)} - ${write(high)})`, lowBound: bound(low), highBound: bound(high) };
    });
}
