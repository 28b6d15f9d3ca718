/** Two runs of a download with other records between them, and attributions, as the command tells them. */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Box, startBox } from "./box.ts";
import { temporaryFolder } from "./folder.ts";
import { isic } from "./isic.ts";

type Fields = Record<string, unknown>;

let box: Box;
beforeAll(async () => {
  box = await startBox(60);
});
afterAll(() => box.close());
afterEach(() => {
  box.instead = () => undefined;
});

const here = (...words: string[]) => isic(...words, "--server", box.url, "--no-cache");

async function manifest(folder: string): Promise<Fields[]> {
  const text = await readFile(join(folder, "manifest.jsonl"), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Fields);
}

const jsonLines = (text: string): Fields[] =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/** Changes the records in lists, and the metadata file to match. */
function changeRecords(change: (record: Fields) => Fields | undefined, inFile: (text: string) => string): void {
  box.instead = async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith("/metadata-file/")) {
      const answer = await box.archive.fetch(request);
      return new Response(inFile(await answer.text()), answer);
    }
    if (!/\/images\/(search\/)?$/.test(pathname)) return undefined;
    const answer = await box.archive.fetch(request);
    const page = (await answer.json()) as { results: Fields[] };
    const results = page.results.flatMap((record) => change(record) ?? []);
    return Response.json({ ...page, results });
  };
}

describe("a download that is run again", () => {
  it("has what the archive says now, and tells what changed, left and was withdrawn", async () => {
    await using folder = await temporaryFolder();
    const first = await here("image", "download", folder.path, "--limit", "6");
    expect(first).toMatchObject({ code: 0 });
    const before = await manifest(folder.path);
    const [changed, relicensed, withdrawn] = before.map(({ name }) => String(name));
    changeRecords(
      (record) => {
        if (record.isic_id === withdrawn) return undefined;
        const metadata = record.metadata as { clinical: Fields };
        if (record.isic_id === changed)
          return { ...record, metadata: { ...metadata, clinical: { ...metadata.clinical, sex: "other" } } };
        return record.isic_id === relicensed ? { ...record, copyright_license: "CC-BY-NC" } : record;
      },
      (text) =>
        text
          .split("\r\n")
          .map((line) => (line.startsWith(`${relicensed},`) ? line.replace(/CC-[A-Z0-9-]+/, "CC-BY-NC") : line))
          .join("\r\n"),
    );
    box.asked.length = 0;
    const again = await here("image", "download", folder.path, "--limit", "5");
    expect(again).toMatchObject({ code: 0 });
    expect(box.asked.filter((url) => /\.jpe?g/.test(url))).toEqual([]);
    expect(again.out).toContain("2 images of earlier runs with changed metadata or terms");
    expect(again.out).toMatch(new RegExp(`licence .* is CC-BY-NC now: ${relicensed}`));
    expect(again.out).toMatch(new RegExp(`1 image withdrawn by the archive, kept \\(--prune removes\\): ${withdrawn}`));
    const now = await manifest(folder.path);
    expect(now).toHaveLength(6);
    expect(now.find(({ name }) => name === relicensed)).toMatchObject({ licence: "CC-BY-NC" });
    const table = await readFile(join(folder.path, "metadata.csv"), "utf8");
    expect(table).toMatch(new RegExp(`${changed},.*other`));

    const pruned = await here("image", "download", folder.path, "--limit", "5", "--prune", "--json");
    expect(JSON.parse(pruned.out)).toMatchObject({ pruned: 1, withdrawn: [withdrawn] });
    expect(await manifest(folder.path)).toHaveLength(5);
    expect((await readdir(folder.path)).filter((name) => name.startsWith(withdrawn!))).toEqual([]);
  });

  it("of nothing is an error, and leaves no folder", async () => {
    await using parent = await temporaryFolder();
    const folder = join(parent.path, "none");
    const { code, err } = await here("image", "download", folder, "--search", "age_approx:[200 TO 300]");
    expect(code).toBe(1);
    expect(err).toContain("isic: Nothing was selected, so nothing was downloaded.");
    expect(await readdir(parent.path)).toEqual([]);
    const table = await here("metadata", "download", "--search", "age_approx:[200 TO 300]");
    expect(table.out).toBe("isic_id,attribution,copyright_license\r\n");
  });

  it("tells its shard, and which shards a folder lacks", async () => {
    await using folder = await temporaryFolder();
    for (const shard of ["1/3", "3/3"]) {
      const { out } = await here("image", "download", folder.path, "--limit", "6", "--shard", shard);
      expect(out).toContain(`2 images of shard ${shard.replace("/", " of ")} in `);
    }
    const verified = await here("image", "verify", folder.path);
    expect(verified.code).toBe(1);
    expect(verified.err).toContain("shard 2/3 is missing");
    await here("image", "download", folder.path, "--limit", "6");
    expect(await here("image", "verify", folder.path)).toMatchObject({ code: 0 });
    expect((await readdir(folder.path)).filter((name) => name.includes("-of-"))).toEqual([]);
  });
});

describe("an image's own attribution", () => {
  /** By the archive's own table, which is the one place that has it. */
  async function own(): Promise<Map<string, string>> {
    const csv = await here("metadata", "download");
    const { parse } = await import("csv-parse/sync");
    const rows: Record<string, string>[] = parse(csv.out, { columns: true, bom: true });
    return new Map(rows.map((row) => [row.isic_id!, row.attribution!]));
  }

  it("is the one that records, tables, criteria and the screen have", async () => {
    await using folder = await temporaryFolder();
    const attributions = await own();
    const records = jsonLines((await here("image", "select", "--json")).out);
    const differs = records.find((record) => attributions.get(String(record.isic_id)) !== record.attribution);
    expect(differs).toBeDefined();
    const id = String(differs?.isic_id);
    const text = attributions.get(id)!;

    const file = join(folder.path, "all.jsonl");
    await here("metadata", "download", "-o", file);
    const written = new Map(jsonLines(await readFile(file, "utf8")).map((record) => [record.isic_id, record]));
    for (const [each, attribution] of attributions) expect(written.get(each)?.attribution).toBe(attribution);
    expect(written.get(id)).not.toHaveProperty("attribution_of");

    const target = join(folder.path, "set");
    await here("image", "download", target, "--ids", id);
    expect(jsonLines(await readFile(join(target, "metadata.jsonl"), "utf8"))[0]?.attribution).toBe(text);

    expect(JSON.parse((await here("image", "show", id, "--json")).out).attribution).toBe(text);

    const found = await here("image", "select", "--where", `attribution == ${JSON.stringify(text)}`, "--names");
    const expected = [...attributions].filter(([, each]) => each === text).map(([each]) => each);
    expect(found.out.trim().split("\n").sort()).toEqual(expected.sort());
    const counted = await here("image", "select", "--where", `attribution == ${JSON.stringify(text)}`, "--count");
    expect(counted.out).toBe(`${expected.length}\n`);
  });

  it("that cannot be had is said to be the cohort's", async () => {
    box.instead = (request) =>
      request.url.includes("/zip-download/") ? new Response("{}", { status: 403 }) : undefined;
    const { out } = await here("image", "show", "ISIC_0000000", "--json");
    expect(JSON.parse(out)).toMatchObject({ attribution_of: "group" });
  });
});

describe("a mended folder", () => {
  it("was looked at again: a file that is broken at the archive cannot be mended", async () => {
    await using folder = await temporaryFolder();
    await here("image", "download", folder.path, "--limit", "2");
    const [first, second] = await manifest(folder.path);
    await rm(join(folder.path, String(first?.file)));
    expect(await here("image", "verify", folder.path, "--repair")).toMatchObject({ code: 0 });

    // The archive's own file: whole by its frame, with nothing that decodes in it.
    const broken = Buffer.from(await readFile(join(folder.path, String(second?.file))));
    const scan = broken.indexOf(Buffer.from([0xff, 0xda]));
    broken.fill(0x00, scan + 14, broken.length - 2);
    broken.fill(0xff, 4, 20);
    box.instead = (request) =>
      request.url.includes(`/${String(second?.name)}.`) || request.url.includes(`${String(second?.name)}`)
        ? /\.jpe?g/i.test(request.url)
          ? new Response(broken, { headers: { "content-type": "image/jpeg" } })
          : undefined
        : undefined;
    await writeFile(join(folder.path, String(second?.file)), broken);
    const { createHash } = await import("node:crypto");
    const sha256 = createHash("sha256").update(broken).digest("hex");
    const lines = (await manifest(folder.path)).map((entry) =>
      entry.name === second?.name ? { ...entry, sha256, bytes: broken.length } : entry,
    );
    await writeFile(join(folder.path, "manifest.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const { code, out, err } = await here("image", "verify", folder.path, "--repair");
    expect(code).toBe(1);
    expect(`${out}${err}`).toContain("cannot be mended");
  });
});
