import type { V1Client } from "@isic/api-client/v1";
import type { Context } from "./context.ts";
import type { Image } from "./image.ts";
import type { CallOptions, LongCallOptions } from "./origin.ts";
import type { ImageRecord, ImageReference } from "./records.ts";

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
