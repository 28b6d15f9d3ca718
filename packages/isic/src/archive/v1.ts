import type { V1Client } from "@isic/api-client/v1";
import { isIsicError, NotFoundError } from "../errors.ts";
import type { CallOptions } from "../session/calls.ts";
import { withoutUndefined } from "../session/options.ts";
import type { ArchiveCalls, ArchiveFile, FilePart, ImageMetadata, Terms } from "./archive.ts";
import { archiveFile } from "./file.ts";
import { groupIdOf, type ImageRecord, idOf, isUnknown, licenceName, licenceOf, metadataOf, V1_ID } from "./records.ts";
import { selectedImages } from "./selected.ts";
import { unsupportedBy } from "./unsupported.ts";
import { v1Question } from "./v1-select.ts";
import { isRefusedId, v1Studies } from "./v1-studies.ts";

/** A Girder server: the API of the original package. */
export function v1Archive(client: V1Client): ArchiveCalls {
  const termsOfDatasets = new Map<string, Promise<Omit<Terms, "attributionOf"> | undefined>>();

  /** Licence and attribution of a dataset, each asked for once. */
  function termsOfDataset(id: string, options: CallOptions): Promise<Omit<Terms, "attributionOf"> | undefined> {
    const known = termsOfDatasets.get(id);
    if (known !== undefined) return known;
    const asked = client.datasets.get(id, { signal: options.signal }).then(
      ({ license, attribution }) => ({ licence: licenceName(license), attribution }),
      (error: unknown) => {
        options.signal?.throwIfAborted();
        // Whoever may see an image may still not see its dataset.
        if (isIsicError(error) && "status" in error && error.status !== undefined) return undefined;
        throw error;
      },
    );
    asked.catch(() => termsOfDatasets.delete(id));
    termsOfDatasets.set(id, asked);
    return asked;
  }

  return {
    question: (what, options) => v1Question(client, what, options),

    async image(idOrName, { signal } = {}) {
      if (!V1_ID.test(idOrName)) {
        const named = await client.images.byName(idOrName, { signal });
        if (named === undefined) throw new NotFoundError("image", idOrName);
        return named;
      }
      try {
        return await client.images.get(idOrName, { signal });
      } catch (cause) {
        if (isRefusedId(cause)) throw new NotFoundError("image", idOrName, [], { cause });
        throw cause;
      }
    },

    async open(record, part, options = {}) {
      return openPart(client, v1Id(record), part, withoutUndefined(options));
    },

    async termsOf(records, options = {}) {
      const terms = new Map<string, Terms>();
      for (const record of records) {
        const dataset = groupIdOf(record);
        const known = dataset === undefined ? undefined : await termsOfDataset(dataset, options);
        const licence = known?.licence ?? licenceOf(record);
        terms.set(idOf(record), { licence, attribution: known?.attribution, attributionOf: "group" });
      }
      return terms;
    },

    licenceText: async () => undefined,

    async groups({ signal } = {}) {
      const datasets = await client.datasets.list({ signal }).all();
      return datasets.map(({ _id: id, name }) => ({ id, name }));
    },

    valueCounts: ({ signal } = {}) => client.images.histogram(undefined, { signal }),

    async *metadata({ signal, onProgress } = {}): AsyncGenerator<ImageMetadata, void, void> {
      let done = 0;
      for await (const page of selectedImages((call) => v1Question(client, {}, call)).pages({ signal })) {
        for (const record of page.records) {
          if (isUnknown(record)) continue;
          yield { id: idOf(record), licence: licenceOf(record), metadata: metadataOf(record) };
        }
        done += page.records.length;
        onProgress?.({ done, total: page.total });
      }
    },

    ownCriteria: (criteria) => criteria,
    studies: () => v1Studies(client),
    collections(feature) {
      throw unsupportedBy(feature, "v1");
    },
    logout: ({ signal } = {}) => client.logout({ signal }),
  };
}

async function openPart(
  client: V1Client,
  id: string,
  part: FilePart,
  options: { readonly signal?: AbortSignal },
): Promise<ArchiveFile | undefined> {
  switch (part) {
    case "image":
      return archiveFile(await client.images.download(id, options));
    case "thumbnail":
      return archiveFile(await client.images.thumbnail(id, options));
    case "superpixels":
      try {
        return archiveFile(await client.images.superpixels(id, options));
      } catch (error) {
        if (hasNoSuperpixels(error)) return undefined;
        throw error;
      }
    case "mask": {
      const best = await client.segmentations.best(id, options);
      return best && archiveFile(await client.segmentations.mask(best._id, options));
    }
  }
}

/**
 * Superpixels that were never made are an internal error of the 2019 server, a null id of the later one, and not found
 * where a folder is served: the image itself is known by its record.
 */
function hasNoSuperpixels(error: unknown): boolean {
  if (isIsicError(error, "HttpNotFoundError")) return true;
  if (!isIsicError(error, "HttpError")) return false;
  const { status, serverMessage = "" } = error as { status?: number; serverMessage?: string };
  return status === 500 || (status === 400 && serverMessage.includes("null ObjectId"));
}

function v1Id(record: ImageRecord): string {
  const { _id } = record as { _id?: unknown };
  if (typeof _id !== "string") throw new TypeError("expected a record of the v1 API (with _id), got one of v2");
  return _id;
}
