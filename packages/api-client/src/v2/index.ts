/**
 * The public archive: API v2.
 *
 * @module
 */
export { createV2Api, V2_SERVER, type V2Options } from "./api.ts";
export type { AllMetadata, MetadataOptions, MetadataSource } from "./bulk/all-metadata.ts";
export { fetchAllMetadata, zipOf } from "./bulk/index.ts";
export type { MetadataRecord } from "./bulk/metadata-record.ts";
export type { Zip, ZipEntry, ZipToken } from "./bulk/zip.ts";
export { createV2Client, type V2Client } from "./client.ts";
export { type CollectionChanges, collectionChangesOf, type ListOutcome } from "./collection-changes.ts";
export {
  type CollectionAttribution,
  type CollectionListOptions,
  type Collections,
  collectionsOf,
} from "./collections.ts";
export type { Facet, FacetBucket, Facets } from "./facets.ts";
export { type FileTarget, type Images, imagesOf } from "./images.ts";
export { type Lesions, lesionsOf } from "./lesions.ts";
export type { TokenOption, TokenSource } from "./session.ts";
export { type QuickFind, type Site, type Stats, siteOf } from "./site.ts";
export type {
  Acquisition,
  Clinical,
  Collection,
  Extra,
  FileRef,
  Image,
  Lesion,
  License,
  Me,
  Search,
  SimilarImage,
} from "./types.ts";
export { type Users, usersOf } from "./users.ts";
