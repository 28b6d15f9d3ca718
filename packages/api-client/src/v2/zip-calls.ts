import * as z from "zod/mini";
import { ContentError } from "../errors.ts";
import { type DownloadOptions, download } from "../files/download.ts";
import { fileUrl } from "../files/url.ts";
import type { Transport } from "../transport/transport.ts";
import { csvRows } from "./csv.ts";
import { objectsIn } from "./json-stream.ts";
import type { Zip, ZipEntry, ZipToken } from "./zip.ts";

const urlSchema = /* @__PURE__ */ z.string();
const entrySchema = /* @__PURE__ */ z.looseObject({ url: z.string(), zipPath: z.string() });

/** The bulk functions; see `zipOf`. */
export function zipCalls(api: Transport): Zip {
  const bulk = (part: string, { token }: ZipToken) => ({ path: `zip-download/${part}/`, query: { token } });

  async function* listing(token: ZipToken, options: DownloadOptions = {}): AsyncGenerator<ZipEntry, void, void> {
    const call = { ...bulk("file-listing", token), signal: options.signal };
    const file = await download(api, { ...options, kind: "any", call });
    const endpoint = "GET zip-download/file-listing/";
    for await (const entry of objectsIn(file, "files", { endpoint })) {
      yield api.check(entrySchema, entry, "files[]", endpoint);
    }
  }

  async function* metadataRows(token: ZipToken, options: DownloadOptions = {}) {
    const call = { ...bulk("metadata-file", token), signal: options.signal };
    const file = await download(api, { ...options, kind: "text", call });
    yield* csvRows(file, { endpoint: "GET zip-download/metadata-file/" });
  }

  return {
    async prepare({ query, collections } = {}, { signal } = {}) {
      const body = { ...(query === undefined ? {} : { query }), ...(collections === undefined ? {} : { collections }) };
      const path = "zip-download/url/";
      const url = await api.json({ method: "POST", idempotent: true, path, body, signal }, urlSchema);
      const token = URL.canParse(url) ? new URL(url).searchParams.get("zsid") : null;
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
