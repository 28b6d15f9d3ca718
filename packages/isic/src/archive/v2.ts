import type { V2Client } from "@isic/api-client/v2";
import { isIsicError, NotFoundError } from "../errors.ts";
import { withoutUndefined } from "../session/options.ts";
import { toV2Criteria } from "./aliases.ts";
import type { ArchiveCalls, ImageMetadata, ImageSelection, Terms } from "./archive.ts";
import { archiveFile } from "./file.ts";
import {
  defaultAttributionOf,
  type ImageRecord,
  idOf,
  licenceOf,
  photoFileOf,
  V2_ID,
  type V2Image,
} from "./records.ts";
import type { Question } from "./selected.ts";
import { unsupportedBy } from "./unsupported.ts";
import { anyOf, termsOfSearch } from "./v2-terms.ts";

/** Ids that are asked for together: the server takes a second to read 300. */
const BATCH = 250;
/** Of more, the metadata file of the whole archive is read: some 20 requests take as long. */
const MANY = 5_000;

/** The public archive's API: names are ids, and there are no superpixels or masks to serve. */
export function v2Archive(client: V2Client): ArchiveCalls {
  return {
    // What reads searches and criteria is loaded where there are any.
    question: async (what) =>
      isEverything(what) ? everything(client) : (await import("./v2-select.ts")).v2Question(client, what),

    async image(idOrName, { signal } = {}) {
      if (!V2_ID.test(idOrName)) throw new NotFoundError("image", idOrName);
      try {
        return await client.images.get(idOrName, { signal });
      } catch (cause) {
        if (isIsicError(cause, "HttpNotFoundError")) throw new NotFoundError("image", idOrName, [], { cause });
        throw cause;
      }
    },

    async open(record, part, options = {}) {
      const image = v2Record(record);
      const asking = withoutUndefined(options);
      if (part === "image") return archiveFile(await client.images.download(image, asking), photoFileOf(image).bytes);
      return part === "thumbnail" ? archiveFile(await client.images.thumbnail(image, asking)) : undefined;
    },

    async termsOf(records, options = {}) {
      // So many at a time take longer than all at once, which is one answer too.
      const isMany = records.length > MANY;
      const own = new Map<string, Terms>(isMany ? await termsOfSearch(client, {}, options) : []);
      for (let start = 0; !isMany && start < records.length; start += BATCH) {
        const batch = records.slice(start, start + BATCH);
        const search = { query: anyOf(batch.map(idOf)) };
        for (const [id, terms] of await termsOfSearch(client, search, options)) own.set(id, terms);
      }
      return new Map(
        records.map((record) => {
          const known = own.get(idOf(record));
          const licence = known?.licence ?? licenceOf(record);
          const terms: Terms =
            known?.attribution === undefined
              ? { licence, attribution: defaultAttributionOf(record), attributionOf: "group" }
              : { licence, attribution: known.attribution, attributionOf: "image" };
          return [idOf(record), terms] as const;
        }),
      );
    },

    licenceText: (licence, { signal } = {}) =>
      client.api.text({ path: `zip-download/license-file/${encodeURIComponent(licence)}/`, signal }),

    async groups({ signal } = {}) {
      const collections = await client.collections.list({ signal }).all();
      return collections.map(({ id, name }) => ({ id: String(id), name }));
    },

    valueCounts: ({ signal } = {}) => client.images.facets({}, { signal }),

    async *metadata(options = {}): AsyncGenerator<ImageMetadata, void, void> {
      // The public snapshot is of some day before.
      const asking = { maxAgeDays: 0, ...withoutUndefined(options) };
      for await (const { isic_id: id, copyright_license, metadata } of await client.fetchAllMetadata({}, asking)) {
        yield { id, licence: copyright_license, metadata: { ...metadata } };
      }
    },

    ownCriteria: toV2Criteria,
    studies(feature) {
      throw unsupportedBy(feature, "v2");
    },
    collections: () => ({
      collections: ({ signal } = {}) => client.collections.list({ signal }).all(),
      lesions: ({ signal } = {}) => client.lesions.list({ signal }),
      lesion: (id, { signal } = {}) => client.lesions.get(id, { signal }),
    }),
    logout: async () => undefined,
  };
}

function isEverything(what: ImageSelection): boolean {
  return Object.values(what).every((each) => each === undefined);
}

function everything(client: V2Client): Question {
  return {
    async *pages({ from, signal }) {
      let total: number | undefined;
      for await (const { items, count, position } of client.images.list({ from, signal }).pages()) {
        total = count ?? total;
        yield { records: items, position, total };
      }
    },
    isExact: true,
    readsAll: true,
    bytes: ({ signal }) => client.images.size({}, { signal }),
    terms: (options) => termsOfSearch(client, {}, options),
  };
}

function v2Record(record: ImageRecord): V2Image {
  if (typeof record.isic_id !== "string")
    throw new TypeError("expected a record of the v2 API (with isic_id), got one of v1");
  return record as V2Image;
}
