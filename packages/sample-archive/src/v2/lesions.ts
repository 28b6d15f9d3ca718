import type { ImageRecord } from "../archive/source.ts";
import type { Context, View } from "./context.ts";
import { imageView } from "./images.ts";
import { paginate } from "./paging.ts";
import { metadata } from "./records.ts";
import { json, notFound } from "./respond.ts";
import { maySee } from "./visible.ts";

interface Lesion {
  readonly id: string;
  readonly images: readonly ImageRecord[];
}

/** Lesions of which the asker sees every image. */
function lesions({ state, user }: Context): readonly Lesion[] {
  const groups = new Map<string, ImageRecord[]>();
  for (const image of state.images) {
    const id = metadata(image).clinical.lesion_id;
    if (typeof id !== "string") continue;
    groups.set(id, [...(groups.get(id) ?? []), image]);
  }
  return [...groups]
    .map(([id, images]) => ({ id, images }))
    .filter(({ images }) => images.every((image) => maySee(state, image, user)))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** `GET lesions/`: here any image may be the index image, and the count is on every page. */
export function listLesions(context: Context): Response {
  const { state, url } = context;
  const items = lesions(context);
  const page = paginate(new URL(url.pathname + url.search, state.origin), {
    items,
    key: (lesion) => lesion.id,
    compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
    count: items.length,
    countAlways: true,
  });
  const results = page.results.map((lesion) => view(context, lesion, lesion.images.at(-1)!));
  return json(200, { ...page, results });
}

/** `GET lesions/{id}/`. */
export function getLesion(context: Context): Response {
  const lesion = lesions(context).find((candidate) => candidate.id === context.path[1]);
  if (lesion === undefined) throw notFound();
  return json(200, view(context, lesion, [...lesion.images].sort(indexOrder)[0]!));
}

const TYPES: readonly unknown[] = [
  "dermoscopic",
  "clinical: close-up",
  "TBP tile: close-up",
  "clinical: overview",
  "TBP tile: overview",
];

/** Unknown biopsy before true before false, as the database sorts; then the earliest day; then the closest look. */
function indexOrder(a: ImageRecord, b: ImageRecord): number {
  const rank = (image: ImageRecord) => {
    const { acquisition, clinical } = metadata(image);
    const biopsy = clinical.concomitant_biopsy;
    const type = TYPES.indexOf(acquisition.image_type);
    return [
      biopsy === undefined ? 0 : biopsy === true ? 1 : 2,
      typeof clinical.acquisition_day === "number" ? clinical.acquisition_day : 1e9,
      type < 0 ? TYPES.length : type,
    ];
  };
  const [ra, rb] = [rank(a), rank(b)];
  const at = ra.findIndex((value, i) => value !== rb[i]);
  return at < 0 ? 0 : ra[at]! - rb[at]!;
}

function view({ state }: Context, { id, images }: Lesion, index: ImageRecord): View {
  const { clinical } = metadata(index);
  const path = [1, 2, 3, 4, 5]
    .map((level) => clinical[`diagnosis_${level}`])
    .filter((part) => typeof part === "string");
  const days = new Set(
    images.map((image) => metadata(image).clinical.acquisition_day).filter((day) => day !== undefined),
  );
  return {
    images: images.map((image) => imageView(state, image)),
    id,
    images_count: images.length,
    longitudinally_monitored: days.size > 1,
    index_image_id: index.name,
    outcome_diagnosis: path.length > 0 ? path.join(":") : null,
    outcome_diagnosis_1: path[0] ?? null,
  };
}
