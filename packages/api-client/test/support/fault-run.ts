import { createSampleArchive, faultKinds, type SampleArchive } from "@isic/sample-archive";
import type { Fetch } from "../../src/transport/options.ts";
import { createV2Client } from "../../src/v2/index.ts";
import { QUICK } from "./handlers.ts";

/** How many images the archives of the long run have. */
export const IMAGES = 400;

/** An archive that spoils every tenth answer, in every way there is. */
export function spoiledArchive(images: number): SampleArchive {
  const archive = createSampleArchive({ images, smallPhotos: true });
  const kinds = faultKinds.filter((kind) => kind !== "500");
  archive.useFaults({ rate: 0.1, kinds, seed: "fault run", retryAfterSeconds: 0, slowMs: 50 });
  // A second 500 running is the server's last word: it comes as an accident, once for an address.
  const met = new Set<string>();
  const only = ({ url }: Request) => /\/images\/ISIC_\d{6}[05]\/$/.test(url) && met.size < met.add(url).size;
  archive.failNext("500", { times: Number.POSITIVE_INFINITY, only });
  return archive;
}

export interface FaultRun {
  readonly baseUrl: string;
  /** @default the platform's */
  readonly fetch?: Fetch;
  /** Single records and thumbnails asked for besides the walks. */
  readonly singles: number;
  readonly stallMs?: number;
}

export interface FaultOutcome {
  readonly requests: number;
  /** Everything that was received, in a form that can be compared between servers. */
  readonly data: string;
}

/** Walks, single records and files, many at once; the same work on whole and on spoiled archives. */
export async function faultRun({ singles, stallMs = 100, ...server }: FaultRun): Promise<FaultOutcome> {
  let requests = 0;
  const onRequest = () => {
    requests += 1;
  };
  const client = createV2Client({ ...server, retry: QUICK, timeouts: { stallMs }, concurrency: 32, onRequest });
  const records = await client.images.list().all();
  const ids = records.map((image) => image.isic_id);
  const collections = await client.collections.list().all();
  const found = await client.images.search({ query: "sex:male" }).all();
  // A page has a cache of its own below `fetch`: an address of its own makes each a request.
  const thumbnailOf = async (index: number) => {
    const { url = "", size = 0 } = records[index % 4]?.files.thumbnail_256 ?? {};
    return await (await client.images.thumbnail({ url: `${url}?${index}`, size })).bytes();
  };
  const lines: string[] = [];
  let next = 0;
  const worker = async () => {
    while (next < singles) {
      const index = next++;
      const record = await client.images.get(ids[index % ids.length] ?? "");
      const bytes = index % 2 === 0 ? await thumbnailOf(index) : new Uint8Array();
      lines[index] = `${JSON.stringify(record)} ${await digest(bytes)}`;
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  const data = JSON.stringify([records, collections, found, lines]);
  return { requests, data: data.replaceAll(/https?:\/\/[^/"]+/g, "") };
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
