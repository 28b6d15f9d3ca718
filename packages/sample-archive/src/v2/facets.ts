import { valuesOf as valuesOfField } from "@isic/select/taxonomy";
import type { ImageRecord } from "../archive/source.ts";
import type { Context } from "./context.ts";
import { searched } from "./images.ts";
import { metadata } from "./records.ts";
import { json } from "./respond.ts";
import { visibleImages } from "./visible.ts";

const KEYWORDS = [
  "anatom_site_1",
  "anatom_site_2",
  "anatom_site_3",
  "anatom_site_4",
  "anatom_site_5",
  "anatom_site_special",
  "color_tint",
  "copyright_license",
  "dermoscopic_type",
  "diagnosis_1",
  "diagnosis_2",
  "diagnosis_3",
  "diagnosis_4",
  "diagnosis_5",
  "diagnosis_confirm_type",
  "fitzpatrick_skin_type",
  "image_manipulation",
  "image_type",
  "lesion_id",
  "mel_mitotic_index",
  "patient_id",
  "rcm_case_id",
  "sex",
  "tbp_tile_type",
];
const FLAGS = [
  "blurry",
  "concomitant_biopsy",
  "family_hx_mm",
  "hairy",
  "marker_pen",
  "mel_ulcer",
  "melanocytic",
  "personal_hx_mm",
];
const HISTOGRAMS = [
  ["age_approx", 5, 85],
  ["clin_size_long_diam_mm", 10, 100],
] as const;

/** Fields of an image that facets count, by name. */
type Values = { readonly [field: string]: unknown };

/**
 * `GET images/facets/`: counts by value, the search engine's way: keys without any image are listed too, but at most ten
 * of most fields; the answer does not say that there are more.
 */
export function facets(context: Context): Response {
  const { state } = context;
  const valuesOf = (image: ImageRecord): Values => {
    const { acquisition, clinical } = metadata(image);
    return { ...acquisition, ...clinical, copyright_license: state.datasetOf(image).license };
  };
  const values = searched(context, "elasticsearch").map(valuesOf);
  const indexed = visibleImages(state, context.user).map(valuesOf);
  const facet = (name: string, buckets: readonly unknown[]) => {
    const present = values.filter((value) => value[name] !== undefined).length;
    return [name, { meta: { missing_count: values.length - present, present_count: present }, buckets }] as const;
  };
  const count = (name: string, test: (value: unknown) => boolean) =>
    values.filter((value) => value[name] !== undefined && test(value[name])).length;
  const keyword = (name: string) => {
    const all = indexed.flatMap((value) => (value[name] === undefined ? [] : [value[name]]));
    const counts = new Map<unknown, number>(all.map((key) => [key, 0]));
    for (const value of values)
      if (value[name] !== undefined) counts.set(value[name], (counts.get(value[name]) ?? 0) + 1);
    const most = /^(?:diagnosis_\d|anatom_site_\d)$/.test(name) ? 100 : 10;
    return [...counts]
      .sort((a, b) => b[1] - a[1] || (String(a[0]) < String(b[0]) ? -1 : 1))
      .slice(0, most)
      .map(([key, doc_count]) => ({ key, doc_count }));
  };
  const flag = (name: string) =>
    [0, 1].map((key) => ({
      key,
      key_as_string: String(key === 1),
      doc_count: count(name, (value) => value === (key === 1)),
    }));
  const histogram = (name: string, step: number, last: number) =>
    Array.from({ length: last / step + 1 }, (_, i) => ({
      key: i * step,
      doc_count: count(name, (value) => Math.floor(Number(value) / step) === i),
    }));
  const thickness = Array.from({ length: 11 }, (_, i) => {
    const [from, to] = [i / 2, i === 10 ? "*" : (i + 1) / 2];
    const key = `${from.toFixed(1)}-${typeof to === "number" ? to.toFixed(1) : to}`;
    const inside = (value: unknown) => Number(value) >= from && (to === "*" || Number(value) < Number(to));
    return { key, from, to, doc_count: count("mel_thick_mm", inside) };
  });
  return json(
    200,
    Object.fromEntries([
      ...KEYWORDS.map((name) => facet(name, keyword(name))),
      facet(
        "image_type",
        valuesOfField("image_type")!.map((key) => ({ key, doc_count: count("image_type", (value) => value === key) })),
      ),
      ...FLAGS.map((name) => facet(name, flag(name))),
      ...HISTOGRAMS.map(([name, step, last]) => facet(name, histogram(name, step, last))),
      facet("mel_thick_mm", thickness),
    ]),
  );
}
