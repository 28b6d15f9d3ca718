import type { Fetch } from "../../src/transport/options.ts";
import { imageRecord, routes } from "./handlers.ts";

/** A v2 server with its own paging, of images with these publication times; see section 1.0 of the API's account. */
export function pagingServer(origin: string, times: readonly number[]): Fetch & { readonly requests: Request[] } {
  const rows = times.map((time, index) => ({ time, record: imageRecord(index) }));
  const listing = rows.map(({ record }) => ({ url: record.files.full.url, zipPath: `${record.isic_id}.jpg` }));
  const pageOf = (url: URL, among: typeof rows) => {
    const limit = Math.min(Number(url.searchParams.get("limit") ?? 100) || 100, 100);
    const cursor = new URLSearchParams(atob(url.searchParams.get("cursor") ?? ""));
    const [offset, after] = [Number(cursor.get("o") ?? 0), cursor.get("p")];
    const found = among.filter(({ time }) => after === null || time > Number(after)).slice(offset, offset + limit + 1);
    const page = found.slice(0, limit);
    const count = after === null ? among.length : null;
    const results = page.map(({ record }) => record);
    if (found.length <= page.length) return { results, count, next: null };
    const [last] = found.slice(-1);
    const tied = page.filter(({ time }) => time === last?.time).length;
    const before = page[page.length - tied - 1];
    const next = new URL(url);
    const place =
      before === undefined
        ? { o: String(after === null ? limit : Math.min(100, offset + limit)), ...(after === null ? {} : { p: after }) }
        : { ...(tied === 0 ? {} : { o: String(tied) }), p: String(before.time) };
    next.searchParams.set("cursor", btoa(new URLSearchParams(place).toString()));
    return { results, count, next: next.href };
  };
  return routes({
    "/api/v2/images/": (_request: Request, url: URL) => Response.json(pageOf(url, rows)),
    "/api/v2/images/search/": (_request: Request, url: URL) => {
      const ids = url.searchParams.get("query")?.match(/ISIC_\d{7}/g);
      const among =
        ids === undefined || ids === null ? rows : rows.filter(({ record }) => ids.includes(record.isic_id));
      return Response.json(pageOf(url, among));
    },
    "/api/v2/zip-download/url/": `${origin}/download?zsid=token`,
    "/api/v2/zip-download/file-listing/": {
      suggestedFilename: "x.zip",
      files: [...listing, { url: "", zipPath: "metadata.csv" }],
    },
  });
}
