// The same question costs the same requests, whichever command asks.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Box, startBox } from "./box.ts";
import { temporaryFolder } from "./folder.ts";
import { isic } from "./isic.ts";

let box: Box;
beforeAll(async () => {
  box = await startBox(230);
});
afterAll(() => box.close());

/** The requests of a command for records, in order; terms, files and the room they need are of who writes them. */
async function lists(...words: readonly string[]): Promise<string[]> {
  box.asked.length = 0;
  const { code, err } = await isic(...words);
  expect([code, err]).toEqual([0, expect.not.stringContaining("isic:")]);
  return box.asked
    .map((url) => decodeURIComponent(url.slice(url.indexOf("/api/"))))
    .filter((path) => /^\/api\/(v1\/image|v2\/images\/(search\/)?)(\?|$)/.test(path));
}

const CASES = {
  v1: [
    ["--where", "meta.clinical.sex == female"],
    ["--where", 'meta.clinical.sex in ["female", "male"]', "--where", "meta.clinical.age_approx != 50"],
    ["--where", "name ~ ^ISIC_00000", "--limit", "20"],
    ["--dataset", "UDA-1"],
    [],
  ],
  v2: [
    ["--where", "metadata.clinical.sex == female"],
    ["--where", 'metadata.clinical.sex in ["female", "male"]', "--where", "metadata.clinical.age_approx != 50"],
    ["--where", "isic_id ~ ^ISIC_00000", "--limit", "20"],
    ["--search", "sex:male AND age_approx:[50 TO *]"],
    ["--collections", "1"],
    [],
  ],
} as const;

describe.each(["v1", "v2"] as const)("the records of a selection on %s", (api) => {
  test.each(CASES[api].map((words) => [words.join(" "), words] as const))("%s", async (_, words) => {
    await using folder = await temporaryFolder();
    const common = [...words, "--server", box.url, "--api", api, "--quiet"];
    const selected = await lists("image", "select", ...common, "--names");
    expect(new Set(selected).size).toBe(selected.length);
    expect(await lists("metadata", "download", ...common)).toEqual(selected);
    expect(await lists("image", "download", folder.path, ...common, "--dry-run")).toEqual(selected);
    expect(await lists("image", "download", folder.path, ...common, "--thumbnails")).toEqual(selected);
  });
});

test("a count is one request", async () => {
  for (const [api, where] of [
    ["v1", "meta.clinical.sex == female"],
    ["v2", "metadata.clinical.sex == female"],
  ] as const) {
    box.asked.length = 0;
    const common = ["--where", where, "--server", box.url, "--api", api];
    const { out } = await isic("image", "select", ...common, "--count");
    expect(box.asked).toHaveLength(1);
    const names = (await isic("image", "select", ...common, "--names")).out.trim().split("\n");
    expect(out).toBe(`${names.length}\n`);
  }
});
