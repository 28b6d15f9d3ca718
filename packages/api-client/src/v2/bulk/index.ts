/**
 * Any search at once: the archive's ZIP, listing and CSV, and all metadata. The feature is loaded with its first call.
 *
 * @module
 */
import { callRule, checkOptions, fileRule, nameRule, withCheckedOptions } from "../../schema/options.ts";
import type { Transport } from "../../transport/transport.ts";
import { imagesOf } from "../images.ts";
import type { Search } from "../types.ts";
import type { AllMetadata, MetadataOptions } from "./all-metadata.ts";
import type { Zip } from "./zip.ts";

/** The bulk functions over an API of `createV2Api`. What is behind them is loaded with the first call. */
export function zipOf(api: Transport): Zip {
  const calls = async () => (await import("./zip.ts")).createZip(api);
  return withCheckedOptions<Zip>(
    "zip",
    {
      prepare: async (search, options) => (await calls()).prepare(search, options),
      async *listing(token, options) {
        yield* (await calls()).listing(token, options);
      },
      async *metadataRows(token, options) {
        yield* (await calls()).metadataRows(token, options);
      },
      attributions: async (token, options) => (await calls()).attributions(token, options),
      download: async (token, options) => (await calls()).download(token, options),
    },
    {
      prepare: [nameRule(0, "query", "collections"), callRule(1)],
      listing: [{ ...fileRule(1), isList: true }],
      metadataRows: [{ ...fileRule(1), isList: true }],
      attributions: [callRule(1)],
      download: [fileRule(1)],
    },
  );
}

/**
 * Chooses the cheapest complete way: the snapshot for the whole public archive while it is young enough, two requests
 * (token and CSV) for any search, and pages where the server has neither or a list of ids is asked for.
 *
 * @throws HttpError for a query that the server does not understand.
 */
export async function fetchAllMetadata(
  api: Transport,
  search: Search = {},
  options: MetadataOptions = {},
): Promise<AllMetadata> {
  checkOptions("fetchAllMetadata", search, ["query", "collections", "ids"]);
  checkOptions("fetchAllMetadata", options, ["signal", "maxAgeDays", "snapshotUrl", "onProgress"]);
  const { allMetadata } = await import("./all-metadata.ts");
  return allMetadata(api, imagesOf(api), search, options);
}
