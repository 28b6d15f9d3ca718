import type { ListPosition } from "@isic/api-client";
import type { Bytes } from "@isic/cache";
import type { CallOptions, LongCallOptions } from "../session/calls.ts";
import type { ImageRecord } from "./records.ts";

/** A file as the server sent it. */
export interface FetchedFile {
  readonly bytes: Bytes;
  /** Without parameters: `image/jpeg`. */
  readonly contentType: string;
  /** Where it came from, without a query. */
  readonly url: string;
}

/** Which images a walk through the archive gives. */
export interface ListOptions extends CallOptions {
  /** Go on after a place that an earlier walk gave. */
  readonly from?: ListPosition | undefined;
  /** Only images that meet a query in the server's own search language (v2). */
  readonly query?: string | undefined;
  /** Only images of these collections (v2). */
  readonly collections?: readonly number[] | undefined;
  /** Ask for the number of all images first, where that costs a request (v1). @default false */
  readonly countFirst?: boolean | undefined;
}

/** A page of a list of images, oldest first. */
export interface ImagePage {
  readonly records: readonly ImageRecord[];
  /** Where to go on; asking again from the last one later gives what has been published since. */
  readonly position: ListPosition;
  readonly total: number | undefined;
}

/**
 * What the facade needs of a server, in one vocabulary for both APIs. Everything throws typed errors; nothing is cached here.
 */
export interface Archive {
  readonly family: "v1" | "v2";
  /** Host name and port: the first part of every cache key. */
  readonly host: string;
  /** Who is logged in, as the second part of every cache key: `anonymous` for nobody. */
  readonly account: string;
  /** Could this text be an id here (and not a name)? */
  isId(text: string): boolean;
  imageById(id: string, options?: CallOptions): Promise<ImageRecord>;
  /** Throws a `NotFoundError`. */
  imageByName(name: string, options?: CallOptions): Promise<ImageRecord>;
  /** All images, oldest first, page by page. */
  imagePages(options?: ListOptions): AsyncIterable<ImagePage>;
  photo(record: ImageRecord, options?: LongCallOptions): Promise<FetchedFile>;
  thumbnail(record: ImageRecord, options?: CallOptions): Promise<FetchedFile>;
  /** The archive's own superpixels, or nothing where it has none of this image. */
  superpixels(record: ImageRecord, options?: CallOptions): Promise<FetchedFile | undefined>;
}
