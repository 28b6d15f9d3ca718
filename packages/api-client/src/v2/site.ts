import * as z from "zod/mini";
import { type DownloadOptions, download, type FileDownload } from "../files/download.ts";
import { dictionary } from "../schema/fields.ts";
import { callRule, fileRule, withCheckedOptions } from "../schema/options.ts";
import type { CallOptions } from "../transport/options.ts";
import type { Transport } from "../transport/transport.ts";
import { segment } from "../transport/urls.ts";
import { atLeastThree, whole } from "./ids.ts";
import type { Extra, License } from "./types.ts";

/** Something the site's search box finds. `url` is a path on the site. */
export interface QuickFind extends Extra {
  title: string;
  subtitle: string;
  icon: string;
  url: string;
  yours: boolean;
  result_type: string;
}

/** How much there is, by kind: `stats.image.public_images_count`. */
export type Stats = Record<string, Record<string, number>>;

/** What belongs to the site rather than to a kind of object. Undocumented by the archive, and may change. */
export interface Site {
  stats(options?: CallOptions): Promise<Stats>;
  /** At most five each of images, collections, studies and DOIs, by at least 3 characters. */
  quickfind(text: string, options?: CallOptions): Promise<QuickFind[]>;
  /** The text of a licence. */
  license(license: License, options?: CallOptions): Promise<string>;
  /** The answers to a public study as CSV. */
  studyResponses(studyId: number, options?: DownloadOptions): Promise<FileDownload>;
}

const statsSchema = /* @__PURE__ */ dictionary(dictionary(z.number()));
const quickfindSchema = /* @__PURE__ */ z.array(
  z.looseObject({
    title: z.string(),
    subtitle: z.string(),
    icon: z.string(),
    url: z.string(),
    yours: z.boolean(),
    result_type: z.string(),
  }),
);

/** The site's functions over an API of `createV2Api`. */
export function siteOf(api: Transport): Site {
  return withCheckedOptions<Site>(
    "site",
    {
      stats: async ({ signal } = {}) => api.json({ path: "stats/", signal }, statsSchema),
      quickfind: async (text, { signal } = {}) =>
        api.json({ path: "quickfind/", query: { query: atLeastThree(text) }, signal }, quickfindSchema),
      license: async (license, { signal } = {}) =>
        api.text({ path: `zip-download/license-file/${segment(license)}/`, signal }),
      studyResponses: async (studyId, options = {}) =>
        siteCsv(api, `/studies/${whole(studyId)}/download-responses/`, options),
    },
    {
      stats: [callRule(0)],
      quickfind: [callRule(1)],
      license: [callRule(1)],
      studyResponses: [fileRule(1)],
    },
  );
}

/** A CSV of the site, outside of the API's path, where tokens do not count. Streamed: no length is announced. */
export function siteCsv(api: Transport, path: string, options: DownloadOptions): Promise<FileDownload> {
  const call = { path: new URL(path, api.baseUrl), accept: "text/csv", anonymous: true, signal: options.signal };
  return download(api, { ...options, kind: "text", call });
}
