import type { V1Client } from "@isic/api-client/v1";
import type { V2Client } from "@isic/api-client/v2";
import { CALL, LONG_CALL } from "../session/calls.ts";
import { checkOptions } from "../session/options.ts";
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

/** The parts of a selection. */
export const SELECTION: readonly (keyof ImageSelection)[] = [
  ...(["search", "collections", "criteria", "dataset", "study", "ids", "limit"] as const),
];

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
  const select = (what: ImageSelection = {}): SelectedImages => {
    checkOptions("select", what, SELECTION);
    return selectedImages(async (options) => (await calls()).question(what, options));
  };
  return {
    ...facts,
    server: serverOf(baseUrl),
    address: `${baseUrl.origin}${baseUrl.pathname}`,
    account,
    resolve: (reference) => resolveReference(reference, facts.family),
    select,
    images(ids, options) {
      checkOptions("images", options, CALL);
      return select({ ids }).records(options);
    },
    async image(id, options) {
      checkOptions("image", options, CALL);
      return (await calls()).image(id, options);
    },
    async open(record, part, options) {
      checkOptions("open", options, LONG_CALL);
      return (await calls()).open(record, part, options);
    },
    async termsOf(records, options) {
      checkOptions("termsOf", options, CALL);
      return (await calls()).termsOf(records, options);
    },
    async licenceText(licence, options) {
      checkOptions("licenceText", options, CALL);
      return (await calls()).licenceText(licence, options);
    },
    async groups(options) {
      checkOptions("groups", options, CALL);
      return (await calls()).groups(options);
    },
    async valueCounts(options) {
      checkOptions("valueCounts", options, CALL);
      return (await calls()).valueCounts(options);
    },
    async *metadata(options) {
      checkOptions("metadata", options, LONG_CALL);
      yield* (await calls()).metadata(options);
    },
    ownCriteria: async (...args) => (await calls()).ownCriteria(...args),
    studies: async (...args) => (await calls()).studies(...args),
    collections: async (...args) => (await calls()).collections(...args),
    async logout(options) {
      checkOptions("logout", options, CALL);
      await (await calls()).logout(options);
    },
  };
}
