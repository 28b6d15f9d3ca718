import type { V1Client } from "@isic/api-client/v1";
import type { Context } from "./context.ts";
import type { CallOptions } from "./origin.ts";

/** What the objects that only the old API has share. */
export interface V1Context extends Context {
  readonly client: V1Client;
  /** The name of an image, asked for when it is not known; nothing for images that this account may not see. */
  readonly nameOf: (imageId: string, options?: CallOptions) => Promise<string | undefined>;
}
