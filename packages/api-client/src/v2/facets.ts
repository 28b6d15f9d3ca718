import * as z from "zod/mini";
import { dictionary, maybe, tested } from "../schema/fields.ts";
import type { Extra } from "./types.ts";

/** One value, or one range of values, and how many images have it. */
export interface FacetBucket extends Extra {
  key: string | number;
  doc_count: number;
  /** `true` or `false`, where `key` is 1 or 0. */
  key_as_string?: string;
}

/** The values of one field. Keyword fields are cut to the most frequent ones. */
export interface Facet extends Extra {
  meta: { missing_count: number; present_count: number } & Extra;
  buckets: FacetBucket[];
}

/** Facets by the names of their fields. */
export type Facets = Record<string, Facet>;

export const facetsSchema = dictionary(
  z.looseObject({
    meta: z.looseObject({ missing_count: z.number(), present_count: z.number() }),
    buckets: z.array(
      z.looseObject({
        key: tested<string | number>(
          "a text or a number",
          (value) => typeof value === "string" || typeof value === "number",
        ),
        doc_count: z.number(),
        key_as_string: maybe(z.string()),
      }),
    ),
  }),
);
