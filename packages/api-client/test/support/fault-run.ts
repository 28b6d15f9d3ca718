import { createSampleArchive, type FaultKind } from "@isic/sample-archive";
import { createV2Client } from "../../src/v2/index.ts";
import { QUICK } from "./handlers.ts";

/** Every kind but `slow` (31 seconds each) and 500, which the client tries once more only. */
const KINDS: readonly FaultKind[] = [
  "429",
  "429-retry-after",
  "502",
  "503",
  "504",
  "dropped",
  "reset",
  "stall",
  "truncated",
  "html",
  "wrong-length",
];

export interface FaultRun {
  readonly images: number;
  /** Single records and thumbnails asked for besides the walks. */
  readonly singles: number;
  readonly rate: number;
}

export interface FaultOutcome {
  readonly requests: number;
  readonly faults: number;
  /** Everything that was received, in a form that can be compared. */
  readonly data: string;
}

/** Walks, single records and files, many at once; the same work with and without faults. */
export async function faultRun({ images: size, singles, rate }: FaultRun): Promise<FaultOutcome> {
  const archive = createSampleArchive({ images: size, smallPhotos: true });
  const client = createV2Client({
    baseUrl: archive.v2Url,
    fetch: archive.fetch,
    retry: QUICK,
    timeouts: { stallMs: 100 },
    concurrency: 32,
  });
  archive.useFaults({ rate, kinds: KINDS, seed: "fault run", retryAfterSeconds: 0 });
  const before = archive.counts.requests;
  const records = await client.images.list().all();
  const ids = records.map((image) => image.isic_id);
  const collections = await client.collections.list().all();
  const found = await client.images.search({ query: "sex:male" }).all();
  const thumbnails = records.slice(0, 12);
  const lines: string[] = [];
  let next = 0;
  const worker = async () => {
    while (next < singles) {
      const index = next++;
      const record = await client.images.get(ids[index % ids.length] ?? "");
      const picture = thumbnails[index % thumbnails.length];
      let bytes = new Uint8Array();
      if (index % 2 === 0 && picture !== undefined) bytes = await (await client.images.thumbnail(picture)).bytes();
      lines[index] = `${JSON.stringify(record)} ${await digest(bytes)}`;
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  const faults = [...archive.counts.faults.values()].reduce((sum, count) => sum + count, 0);
  const data = JSON.stringify([records, collections, found, lines]);
  return { requests: archive.counts.requests - before, faults, data };
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
