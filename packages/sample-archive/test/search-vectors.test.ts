import { goldenJson } from "@isic/fixtures";
import { describe, expect, test } from "vitest";
import { createSampleArchive, generatedWorld, type ImageRecord, type JsonObject, type Source } from "../src/index.ts";

/** A record as the real server's API gave it to staff. */
interface ApiRecord {
  readonly isic_id: string;
  readonly copyright_license: "CC-0" | "CC-BY" | "CC-BY-NC";
  readonly attribution: string;
  readonly files: { readonly full: { readonly size: number } };
  readonly metadata: { readonly acquisition: JsonObject; readonly clinical: JsonObject };
  readonly public: boolean;
}

/** One query, and what the real server answered: rows are indexes of records. */
interface Vector {
  readonly query: string;
  readonly http: number;
  readonly count?: number;
  readonly anon?: readonly number[];
  readonly staff?: readonly number[];
  readonly es?: readonly number[];
}

const records = await goldenJson<readonly ApiRecord[]>("v2-search/records.json.gz");
const vectors = await goldenJson<readonly Vector[]>("v2-search/vectors.json.gz");

/** The real server's records as the content of an archive, published in the order in which it lists them. */
function recordedSource(): Source {
  const world = generatedWorld({ images: 0 });
  const place = new Map(vectors.find(({ query }) => query === "")!.staff!.map((index, at) => [index, at]));
  const template = world.datasets[0]!;
  const datasets = new Map<string, Source["datasets"][number]>();
  const images = records.map((record, index): ImageRecord => {
    const { copyright_license: license, attribution, metadata } = record;
    const key = JSON.stringify([license, attribution, record.public]);
    const id = datasets.get(key)?.id ?? `d${String(datasets.size).padStart(23, "0")}`;
    datasets.set(key, {
      ...template,
      id,
      license,
      attribution,
      public: record.public,
      creatorId: world.users.at(-1)!.id,
    });
    const time = new Date(Date.UTC(2020, 0, 1) + place.get(index)! * 1000).toISOString();
    return {
      id: `a${String(index).padStart(23, "0")}`,
      name: record.isic_id,
      created: time,
      updated: time,
      published: Date.parse(time),
      creatorId: world.users.at(-1)!.id,
      datasetId: id,
      acquisition: { pixelsX: metadata.acquisition.pixels_x, pixelsY: metadata.acquisition.pixels_y },
      clinical: {},
      unstructured: {},
      tags: [],
      reviewed: { accepted: true, time, userId: world.users[0]!.id },
      privateMeta: {},
      mimeType: "image/jpeg",
      v2: metadata,
    };
  });
  const sizes = new Map(records.map(({ isic_id, files }) => [isic_id, files.full.size]));
  return { ...world, images, datasets: [...datasets.values()], photoSize: ({ name }) => sizes.get(name)! };
}

const archive = createSampleArchive({ source: recordedSource() });
const staff = archive.issueToken("admin");
const indexOf = new Map(records.map(({ isic_id }, index) => [isic_id, index]));

interface Answer {
  readonly http: number;
  readonly count?: number;
  readonly rows?: readonly number[];
}

/** All pages of a search. */
async function search(query: string, token?: string): Promise<Answer> {
  const headers = token === undefined ? undefined : { Authorization: `Bearer ${token}` };
  const rows: number[] = [];
  let url: string | null = `${archive.v2Url}images/search/?query=${encodeURIComponent(query)}`;
  let count: number | undefined;
  while (url !== null) {
    const answer: Response = await archive.fetch(new Request(url, headers && { headers }));
    if (answer.status !== 200) return { http: answer.status };
    const page: { results: ApiRecord[]; next: string | null; count: number | null } = await answer.json();
    rows.push(...page.results.map(({ isic_id }) => indexOf.get(isic_id)!));
    count ??= page.count ?? undefined;
    url = page.next;
  }
  return { http: 200, rows, ...(count === undefined ? undefined : { count }) };
}

describe("what the real server answered to searches, over HTTP", () => {
  test("there are 324 of them over 1,240 records", () => {
    expect([vectors.length, records.length]).toEqual([324, 1240]);
  });

  test("records are shown as they were, text by text", async () => {
    for (const record of [records[0]!, records[3]!, records[700]!, records.find((each) => !each.public)!]) {
      const headers = { Authorization: `Bearer ${staff}` };
      const shown = await (
        await archive.fetch(new Request(`${archive.v2Url}images/${record.isic_id}/`, { headers }))
      ).json();
      expect({ ...shown, files: undefined }).toEqual({ ...record, files: undefined });
      expect(shown.files.full.size).toBe(record.files.full.size);
    }
  });

  test.each(
    vectors.map(
      (vector) => [vector.query.length > 60 ? `${vector.query.slice(0, 57)}...` : vector.query, vector] as const,
    ),
  )("%j", async (_, vector) => {
    const { query, http, count, anon, staff: all, es } = vector;
    expect(await search(query)).toEqual(http === 200 ? { http, count, rows: anon } : { http });
    expect(await search(query, staff)).toEqual(http === 200 ? { http, count: all?.length, rows: all } : { http });
    if (http !== 200 || es === undefined) return;
    const size = await archive.fetch(
      new Request(`${archive.v2Url}images/search/size/?query=${encodeURIComponent(query)}`),
    );
    expect(await size.json()).toEqual({ size: es.reduce((sum, index) => sum + records[index]!.files.full.size, 0) });
  });
});
