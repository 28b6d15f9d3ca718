import type { Dataset, V1Client } from "@isic/api-client/v1";
import type { V1Image } from "../../archive/records.ts";
import type { Codecs } from "../../codecs/types.ts";
import { NotFoundError } from "../../errors.ts";
import { licenceName } from "../tables/licences.ts";
import type { DownloadImage, DownloadSource, IncomingFile, OpenContext, Part } from "../types.ts";
import { incoming } from "./incoming.ts";
import { isUnknown, type UnknownImage, unknownImage } from "./records.ts";
import { computedSuperpixels } from "./superpixels.ts";

export interface V1SourceOptions {
  readonly client: V1Client;
  readonly codecs: Codecs;
  readonly records: (signal: AbortSignal) => AsyncIterable<V1Image | UnknownImage>;
}

/** Images of a Girder server. Licence and attribution are those of the image's dataset, each asked for once. */
export function v1Source({ client, codecs, records }: V1SourceOptions): DownloadSource {
  const datasets = new Map<string, Promise<Dataset | undefined>>();
  const datasetOf = (id: string, signal: AbortSignal): Promise<Dataset | undefined> => {
    const known = datasets.get(id);
    if (known !== undefined) return known;
    const asked = client.datasets.get(id, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      if ((error as { status?: unknown }).status === undefined) throw error;
      return undefined;
    });
    datasets.set(id, asked);
    return asked;
  };
  return {
    server: client.api.baseUrl.host,
    async *images(signal) {
      for await (const record of records(signal)) {
        if (isUnknown(record)) {
          yield unknownImage(record);
          continue;
        }
        const dataset = record.dataset === undefined ? undefined : await datasetOf(record.dataset._id, signal);
        yield imageOf(record, dataset);
      }
    },
    open: (image, part, context) => open(client, codecs, image, part, context),
  };
}

function imageOf(record: V1Image, dataset: Dataset | undefined): DownloadImage {
  const licence = dataset?.license ?? record.dataset?.license;
  return {
    id: record._id,
    name: record.name,
    record,
    ...(licence === undefined ? {} : { licence: licenceName(licence) }),
    ...(dataset?.attribution === undefined ? {} : { attribution: dataset.attribution }),
  };
}

async function open(
  client: V1Client,
  codecs: Codecs,
  image: DownloadImage,
  part: Part,
  context: OpenContext,
): Promise<IncomingFile | undefined> {
  if (isUnknown(image.record)) throw new NotFoundError("image", image.id);
  const { signal } = context;
  if (part === "image") return incoming(await client.images.download(image.id, { signal }));
  if (part === "thumbnail") return incoming(await client.images.thumbnail(image.id, { signal }));
  if (part === "mask") return mask(client, image.id, signal);
  try {
    return await incoming(await client.images.superpixels(image.id, { signal }));
  } catch (error) {
    if (!hasNoSuperpixels(error)) throw error;
    return computedSuperpixels(image, codecs, context);
  }
}

/** Superpixels that were never made are an internal error of the 2019 server, and a null id of the later one. */
function hasNoSuperpixels(error: unknown): boolean {
  const { status, serverMessage = "" } = error as { status?: number; serverMessage?: string };
  return status === 500 || (status === 400 && serverMessage.includes("null ObjectId"));
}

/** The mask of the segmentation to trust most, where there is one. */
async function mask(client: V1Client, imageId: string, signal: AbortSignal): Promise<IncomingFile | undefined> {
  const chosen = await client.segmentations.best(imageId, { signal });
  return chosen === undefined ? undefined : incoming(await client.segmentations.mask(chosen._id, { signal }));
}
