import type { V1Client } from "@isic/api-client/v1";
import type { V2Client } from "@isic/api-client/v2";
import type { Archive, ArchiveCalls, ImageSelection, SelectedImages } from "./archive.ts";
import { V1_ID, V2_ID } from "./records.ts";
import { resolveReference } from "./references.ts";
import { selectedImages } from "./selected.ts";

export type {
  Archive,
  ArchiveFile,
  FilePart,
  ImageGroup,
  ImageMetadata,
  ImagePage,
  ImageSelection,
  SelectedImages,
  SelectionSize,
  Terms,
} from "./archive.ts";

/** Who nobody is, in cache keys. */
export const ANONYMOUS = "anonymous";

/** Host and port, and where the API is if it is not in its usual place: a host may have several archives. */
function serverOf({ host, pathname }: URL): string {
  const path = pathname.replace(/\/+$/, "");
  return /^\/api\/v[12]$/.test(path) ? host : `${host}${path}`;
}

interface Family extends Pick<Archive, "family" | "isId" | "servesSuperpixels" | "indexFormat"> {
  load(client: V1Client | V2Client): Promise<ArchiveCalls>;
}

const V1: Family = {
  family: "v1",
  servesSuperpixels: true,
  indexFormat: "objects",
  isId: (text) => V1_ID.test(text),
  load: async (client) => (await import("./v1.ts")).v1Archive(client as V1Client),
};

const V2: Family = {
  family: "v2",
  servesSuperpixels: false,
  indexFormat: "columns",
  isId: (text) => V2_ID.test(text),
  load: async (client) => (await import("./v2.ts")).v2Archive(client as V2Client),
};

/**
 * The one seam to the servers: a client of either API as an {@link Archive}. What speaks the API is loaded by the first
 * call, so that pages of one API never load the other's.
 *
 * @param account who the client acts for; part of every cache key
 */
export function archiveOf(client: V1Client | V2Client, account: string = ANONYMOUS): Archive {
  const { load, ...facts } = "collections" in client ? V2 : V1;
  const { baseUrl } = client.api;
  let loading: Promise<ArchiveCalls> | undefined;
  const calls = (): Promise<ArchiveCalls> => {
    loading ??= load(client);
    return loading;
  };
  const select = (what: ImageSelection = {}): SelectedImages =>
    selectedImages(async (options) => (await calls()).question(what, options));
  return {
    ...facts,
    server: serverOf(baseUrl),
    address: `${baseUrl.origin}${baseUrl.pathname}`,
    account,
    resolve: (reference) => resolveReference(reference, facts.family),
    select,
    images: (ids, options) => select({ ids }).records(options),
    image: async (...args) => (await calls()).image(...args),
    open: async (...args) => (await calls()).open(...args),
    termsOf: async (...args) => (await calls()).termsOf(...args),
    licenceText: async (...args) => (await calls()).licenceText(...args),
    groups: async (...args) => (await calls()).groups(...args),
    valueCounts: async (...args) => (await calls()).valueCounts(...args),
    async *metadata(...args) {
      yield* (await calls()).metadata(...args);
    },
    ownCriteria: async (...args) => (await calls()).ownCriteria(...args),
    studies: async (...args) => (await calls()).studies(...args),
    collections: async (...args) => (await calls()).collections(...args),
    logout: async (...args) => (await calls()).logout(...args),
  };
}
