import type { ItemList, ListOptions } from "../lists/list.ts";
import { callRule, listRule, withCheckedOptions } from "../schema/options.ts";
import type { CallOptions } from "../transport/options.ts";
import type { Transport } from "../transport/transport.ts";
import { cursorList } from "./cursor-list.ts";
import { lesionSchema } from "./schemas.ts";
import type { Image, Lesion } from "./types.ts";

/** Lesions all of whose images this caller may see. Slow on the server: each embeds its images. */
export interface Lesions {
  list(options?: ListOptions): ItemList<Lesion>;
  /** One lesion by its id, `IL_` and seven digits. */
  get(id: string, options?: CallOptions): Promise<Lesion>;
}

/** The lesion functions over an API of `createV2Api`. */
export function lesionsOf(api: Transport): Lesions {
  return withCheckedOptions<Lesions>(
    "lesions",
    {
      list: (options = {}) =>
        cursorList(
          api,
          { path: "lesions/", schema: lesionSchema, idOf: ({ id }) => id, repaired: withOutcome },
          options,
        ),
      get: async (id, { signal } = {}) => {
        if (!/^IL_\d{7}$/.test(id)) throw new TypeError(`Expected an id like IL_0000000, got ${JSON.stringify(id)}.`);
        return await api.json({ path: `lesions/${id}/`, signal }, lesionSchema);
      },
    },
    {
      list: [listRule(0)],
      get: [callRule(1)],
    },
  );
}

/** From the closest look to the widest, as the server ranks them for one lesion. */
const TYPES: readonly unknown[] = [
  "dermoscopic",
  "clinical: close-up",
  "TBP tile: close-up",
  "clinical: overview",
  "TBP tile: overview",
];

/**
 * The lesion with the index image and outcome that `lesions/{id}/` gives. In the list the server's own sorting by id
 * takes away the ranking, and any image of the lesion may stand there.
 */
function withOutcome(lesion: Lesion): Lesion {
  const [index] = [...lesion.images].sort(byRank);
  if (index === undefined) return lesion;
  const { clinical } = index.metadata;
  const path = [1, 2, 3, 4, 5]
    .map((level) => clinical[`diagnosis_${level}`])
    .filter((part) => typeof part === "string");
  return {
    ...lesion,
    index_image_id: index.isic_id,
    outcome_diagnosis: path.length === 0 ? null : path.join(":"),
    outcome_diagnosis_1: path[0] ?? null,
  };
}

/** Unknown biopsies before true ones before false ones, as the server's database sorts; then the earliest day; then the closest look. */
function byRank(a: Image, b: Image): number {
  const [first, second] = [rank(a), rank(b)];
  for (const [place, value] of first.entries()) {
    const difference = value - (second[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function rank({ metadata: { acquisition, clinical } }: Image): readonly number[] {
  const { concomitant_biopsy: biopsy, acquisition_day: day } = clinical;
  const type = TYPES.indexOf(acquisition.image_type);
  return [biopsy === undefined ? 0 : biopsy ? 1 : 2, day ?? Number.MAX_SAFE_INTEGER, type === -1 ? TYPES.length : type];
}
