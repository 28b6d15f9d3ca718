import type { Transport } from "../transport/transport.ts";
import { createV2Api, type V2Options } from "./api.ts";
import type { AllMetadata, MetadataOptions } from "./bulk/all-metadata.ts";
import { fetchAllMetadata, zipOf } from "./bulk/index.ts";
import type { Zip } from "./bulk/zip.ts";
import { type CollectionChanges, collectionChangesOf } from "./collection-changes.ts";
import { type Collections, collectionsOf } from "./collections.ts";
import { type Images, imagesOf } from "./images.ts";
import { type Lesions, lesionsOf } from "./lesions.ts";
import { type Site, siteOf } from "./site.ts";
import type { Search } from "./types.ts";
import { type Users, usersOf } from "./users.ts";

/** The archive (v2). */
export interface V2Client {
  /** For functions that take an API of `createV2Api`. */
  readonly api: Transport;
  readonly images: Images;
  readonly collections: Collections;
  readonly collectionChanges: CollectionChanges;
  readonly lesions: Lesions;
  readonly users: Users;
  readonly site: Site;
  readonly zip: Zip;
  /** All metadata of a search, in the cheapest complete way. */
  fetchAllMetadata(search?: Search, options?: MetadataOptions): Promise<AllMetadata>;
}

/**
 * A client of the archive (API v2). Nothing is sent before the first call.
 *
 * @example
 * ```ts
 * import { createV2Client } from "@isic/api-client/v2";
 *
 * const api = createV2Client({ fetch: async () => Response.json({ results: [], count: 0, next: null }) });
 * for await (const image of api.images.search({ query: 'diagnosis_3:"Melanoma Invasive"' })) {
 *   console.log(image.isic_id, image.metadata.clinical.age_approx);
 * }
 * ```
 * @throws TypeError when `baseUrl` is no URL or plain http to a host that is not allowed.
 */
export function createV2Client(options: V2Options = {}): V2Client {
  const api = createV2Api(options);
  return {
    api,
    images: imagesOf(api),
    collections: collectionsOf(api),
    collectionChanges: collectionChangesOf(api),
    lesions: lesionsOf(api),
    users: usersOf(api),
    site: siteOf(api),
    zip: zipOf(api),
    fetchAllMetadata: async (search, more) => fetchAllMetadata(api, search, more),
  };
}
