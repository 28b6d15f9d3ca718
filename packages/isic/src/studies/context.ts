import type { V1Client } from "@isic/api-client/v1";
import type { ImageRecord, ImageReference } from "../archive/records.ts";
import type { Image } from "../image/image.ts";
import type { CallOptions, LongCallOptions } from "../session/calls.ts";
import type { Context } from "../session/context.ts";

/** What the objects that only the old API has need of the api they belong to. */
export interface V1Context extends Context {
  readonly client: V1Client;
  /** Name to id of what was listed, for the api to show. */
  readonly datasets: Map<string, string>;
  readonly studies: Map<string, string>;
  /** An image by any reference. */
  readonly image: (reference: ImageReference, options?: CallOptions) => Promise<Image>;
  /** Image objects of records; those that are not known yet are asked for together. */
  readonly imagesById: (ids: readonly string[], options?: CallOptions) => Promise<Image[]>;
  /** The name of an image where it is known already. */
  readonly knownName: (imageId: string) => string | undefined;
  readonly allImages: (options?: LongCallOptions) => Promise<ReadonlyMap<string, ImageRecord>>;
}
