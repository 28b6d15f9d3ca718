/** The bulk answers of v2: the ZIP of a search, its listing and its CSV. Loaded with the first call. */
import * as z from "zod/mini";
import { fileUrl } from "../../files/address.ts";
import { type DownloadOptions, download, type FileDownload } from "../../files/download.ts";
import { ContentError } from "../../transport/errors.ts";
import type { CallOptions } from "../../transport/options.ts";
import type { Transport } from "../../transport/transport.ts";
import { parsedUrl } from "../../transport/urls.ts";
import type { Search } from "../types.ts";
import { csvRows } from "./csv.ts";
import { objectsIn } from "./listing-json.ts";

/** A search made ready for bulk answers: valid for a day, with this caller's rights. Treat it as a secret. */
export interface ZipToken {
  readonly token: string;
  /** Where the ZIP itself is. */
  readonly url: string;
}

/** A file of the ZIP. */
export interface ZipEntry {
  readonly url: string;
  readonly zipPath: string;
}

/** Any search at once, in two or three requests instead of one for each hundred images. */
export interface Zip {
  /** Prepares a search. Its query is not checked by the server here: a wrong one fails later, with a 500. */
  prepare(search?: Omit<Search, "ids">, options?: CallOptions): Promise<ZipToken>;
  /** Every file of the ZIP: the images' URLs, then `metadata.csv`, attributions and licences. */
  listing(token: ZipToken, options?: DownloadOptions): AsyncIterable<ZipEntry>;
  /** The rows of `metadata.csv`, header first. The attribution in it is the images' own. */
  metadataRows(token: ZipToken, options?: DownloadOptions): AsyncIterable<readonly string[]>;
  /** The credit lines, most frequent first. */
  attributions(token: ZipToken, options?: CallOptions): Promise<string[]>;
  /** The ZIP: streamed, stored, not resumable; a file that failed on the server is an empty entry in it. */
  download(token: ZipToken, options?: DownloadOptions): Promise<FileDownload>;
}

const urlSchema = /* @__PURE__ */ z.string();
const entrySchema = /* @__PURE__ */ z.looseObject({ url: z.string(), zipPath: z.string() });

/** The bulk functions over an API of `createV2Api`. */
export function createZip(api: Transport): Zip {
  const bulk = (part: string, { token }: ZipToken) => ({ path: `zip-download/${part}/`, query: { token } });

  async function* listing(token: ZipToken, options: DownloadOptions = {}): AsyncGenerator<ZipEntry, void, void> {
    const call = { ...bulk("file-listing", token), signal: options.signal };
    const file = await download(api, { ...options, kind: "any", call });
    const endpoint = "GET zip-download/file-listing/";
    for await (const entry of objectsIn(file, "files", { endpoint }, api.limits)) {
      yield api.check(entrySchema, entry, "files[]", endpoint);
    }
  }

  async function* metadataRows(token: ZipToken, options: DownloadOptions = {}) {
    const call = { ...bulk("metadata-file", token), signal: options.signal };
    const file = await download(api, { ...options, kind: "text", call });
    yield* csvRows(file, { endpoint: "GET zip-download/metadata-file/" }, api.limits.csvCell, api.limits.listingLength);
  }

  return {
    async prepare({ query, collections } = {}, { signal } = {}) {
      const body = { ...(query === undefined ? {} : { query }), ...(collections === undefined ? {} : { collections }) };
      const path = "zip-download/url/";
      const url = await api.json({ method: "POST", idempotent: true, path, body, signal }, urlSchema);
      const token = parsedUrl(url)?.searchParams.get("zsid") ?? null;
      if (token === null) {
        throw new ContentError("json", "no URL with a token came", "application/json", { endpoint: `POST ${path}` });
      }
      return { url, token };
    },
    listing,
    metadataRows,
    async attributions(token, { signal } = {}) {
      const text = await api.text({ ...bulk("attribution-file", token), signal });
      return text.split(/\r?\n\r?\n/).filter((line) => line.trim() !== "");
    },
    download: async (token, options = {}) =>
      download(api, {
        ...options,
        kind: "zip",
        call: { path: fileUrl(api, token.url), anonymous: true, signal: options.signal },
      }),
  };
}
