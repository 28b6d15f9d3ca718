// Servers of both APIs that only list images, out of records made when they are asked for.
import { syntheticRecord } from "./synthetic-record.mjs";
import { v1Record } from "./v1-record.mjs";

const PAGE = 100;

/** `spent` counts requests and the milliseconds they took the server, which are not the client's. */
export function fakeArchive(family, count) {
  const spent = { requests: 0, ms: 0 };
  const answer = family === "v1" ? v1Page : v2Page;
  const fetch = async ({ url }) => {
    const start = performance.now();
    const response = Response.json(answer(new URL(url), count));
    spent.requests++;
    spent.ms += performance.now() - start;
    return response;
  };
  return { fetch, spent };
}

function v2Page(url, count) {
  const first = Number(url.searchParams.get("cursor") ?? 0);
  const results = Array.from({ length: Math.min(PAGE, count - first) }, (_, i) => syntheticRecord(first + i));
  const next = new URL(url);
  next.searchParams.set("cursor", String(first + PAGE));
  return { count, next: first + PAGE < count ? next.href : null, previous: null, results };
}

function v1Page(url, count) {
  const first = Number(url.searchParams.get("offset"));
  const length = Math.max(0, Math.min(Number(url.searchParams.get("limit")), count - first));
  return Array.from({ length }, (_, i) => v1Record(first + i));
}
