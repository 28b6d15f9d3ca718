import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Box, startBox } from "./box.ts";
import { temporaryFolder } from "./folder.ts";
import { isic } from "./isic.ts";

// The box has an image in TIFF, which nothing here reads without sharp.
let box: Box;
beforeAll(async () => {
  box = await startBox(60);
});
afterEach(() => {
  box.instead = () => undefined;
  vi.useRealTimers();
});
afterAll(() => box.close());

const TIFF = "ISIC_0000052";
const v1 = (): string[] => ["--api", "v1", "--server", box.url];
const v2 = (): string[] => ["--server", box.url];

describe("criteria on the command line", () => {
  it.each([
    ["metadata.clinical.age_approx < forty", 'the field holds numbers, of which "<" "forty" tells none apart.'],
    ["metadata.clinical.age_approx between 3", '"between" takes [lowest, highest].'],
    ["name ~ (?=ISIC)", 'the pattern "(?=ISIC)" cannot be used: (?= is lookaround, which plain patterns have not.'],
    ["name ~ (", 'the pattern "(" cannot be used: a group ( is not closed.'],
  ])("%s: said of --where, before anybody is asked", async (criterion, problem) => {
    const before = box.asked.length;
    for (const server of [v1(), v2()]) {
      const { code, err } = await isic("image", "select", ...server, "-w", "meta.x exists", "-w", criterion);
      const [last] = err.trim().split("\n").slice(-1);
      expect([code, last]).toEqual([2, `isic: --where "${criterion}": ${problem}`]);
    }
    expect(box.asked.length).toBe(before);
  });

  it("by the last word of a path: names the whole path", async () => {
    for (const [server, path] of [
      [v1(), "meta.clinical.sex"],
      [v2(), "metadata.clinical.sex"],
    ] as const) {
      const { code, err } = await isic("image", "select", ...server, "-w", "sex == female");
      expect([code, err]).toEqual([0, expect.stringContaining(`no image has "sex"; did you mean "${path}"?`)]);
    }
  });

  it("may be written without spaces", async () => {
    const count = async (where: string) => (await isic("image", "select", ...v1(), "-w", where, "--count")).out;
    expect(await count("meta.clinical.sex==female")).toBe(await count("meta.clinical.sex == female"));
    expect(await count("meta.clinical.age_approx>=40")).toBe(await count("meta.clinical.age_approx >= 40"));
  });

  it.each(["meta.clinical.sex = female", "meta.clinical.sex:female"])("%s: names the operator", async (where) => {
    const { code, err } = await isic("image", "select", ...v1(), "-w", where);
    expect(code).toBe(2);
    expect(err).toContain('Did you mean "meta.clinical.sex == female"?');
  });
});

describe("servers", () => {
  it.each([
    ["http://example.org", "got http://example.org (plain http is for this machine only"],
    ["https://me:secret@example.org", "got one with a name or password in it"],
    ["example.org", 'got "example.org"'],
    ["ftp://example.org", "got ftp://example.org"],
  ])("%s is refused in the command's words", async (server, said) => {
    const { code, err } = await isic("image", "select", "--server", server);
    expect([code, err]).toEqual([2, expect.stringMatching(/^isic: --server: expected an address such as https/)]);
    expect(err).toContain(said);
    expect(err).not.toContain("secret");
  });

  it("one that does not answer at first: that it is tried again is said once", async () => {
    let refused = 2;
    box.instead = () => (refused-- > 0 ? new Response("busy", { status: 503 }) : undefined);
    const words = ["image", "select", ...v2(), "--count"];
    const { code, err } = await isic(...words);
    const note = `note: ${new URL(box.url).host} does not answer as it should; trying again (Ctrl-C ends it).\n`;
    expect([code, err]).toEqual([0, note]);
    refused = 2;
    expect((await isic(...words, "--quiet")).err).toBe("");
  });

  it("one that is slow to answer: that is said once", async () => {
    // With the time that passes besides: a retry that somebody needs must not wait for ever.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"], shouldAdvanceTime: true });
    box.instead = () => {
      vi.advanceTimersByTime(10_000);
      return undefined;
    };
    const words = ["image", "show", "ISIC_0000001", ...v2(), "--no-cache"];
    const note = `note: ${new URL(box.url).host} has not answered for 10 s; waiting (Ctrl-C ends it).\n`;
    expect(await isic(...words)).toMatchObject({ code: 0, err: note });
    expect((await isic(...words, "--quiet")).err).toBe("");
  });

  it("a web site in the place of the API", async () => {
    box.instead = () => new Response("<!doctype html><p>Welcome", { headers: { "content-type": "text/html" } });
    const { code, err } = await isic("image", "select", ...v2(), "--quiet");
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/HTML .* --server .* a web site's address and not the API's\.\n$/),
    ]);
  });

  it("a name without a password, and no terminal", async () => {
    const { code, err } = await isic("image", "select", ...v1(), "-u", "somebody");
    expect([code, err]).toEqual([1, expect.stringContaining('no password for "somebody": put one into .netrc, or')]);
  });
});

describe("a server that has only the other API", () => {
  const only = (api: "v1" | "v2") => {
    box.instead = ({ url }) =>
      url.includes(`/api/${api}/`) || !url.includes("/api/") ? undefined : new Response("no page", { status: 404 });
  };

  it.each([
    ["image show ISIC_0000001"],
    ["image select --limit 2"],
    ["image select --collections 1"],
    ["image select --ids ISIC_0000001"],
    ["image download never-made"],
    ["metadata download"],
    ["collection list"],
    ["superpixels ISIC_0000001"],
  ])("isic %s: is told of --api v1", async (command) => {
    only("v1");
    const { code, out, err } = await isic(...command.split(" "), ...v2(), "--no-cache");
    const said = `isic: ${new URL(box.url).host} speaks v1: add --api v1.\n`;
    expect([code, out, err]).toEqual([2, "", said]);
  });

  it.each([
    ["image show ISIC_0000001"],
    ["image select --limit 2"],
    ["image select --dataset UDA-1"],
    ["metadata download"],
    ["dataset list"],
    ["study list"],
  ])("isic %s: is told to leave out --api v1", async (command) => {
    only("v2");
    const { code, out, err } = await isic(...command.split(" "), ...v1(), "--no-cache");
    const said = `isic: ${new URL(box.url).host} speaks v2: leave out --api v1.\n`;
    expect([code, out, err]).toEqual([2, "", said]);
  });

  it("but not where an image is not there, nor where the server has no API at all", async () => {
    const words = ["image", "show", "ISIC_9999999", "--no-cache"];
    expect((await isic(...words, ...v2())).err).toContain('There is no image "ISIC_9999999" here');
    box.instead = () => new Response("no page", { status: 404 });
    expect((await isic(...words, ...v2())).err).toContain('There is no image "ISIC_9999999" here');
  });
});

describe("file names of values", () => {
  const dryRun = (names: string, ...server: string[]) =>
    isic("image", "download", "never-made", ...server, "--limit", "1", "--dry-run", "--names", names);

  it.each([
    [
      "metadata.clinical.sexx",
      '$metadata.clinical.sexx$, files may be called "none"; did you mean $metadata.clinical.sex$?',
    ],
    ["dataset.name", '$dataset.name$, files may be called "none".'],
    ["foo", '$foo$, files may be called "none".'],
  ])("$%s$: a note says that the archive is not known to have it", async (path, said) => {
    const { code, err } = await dryRun(`$${path}$/$name$`, ...v2());
    expect([code, err]).toEqual([0, `note: --names: the archive is not known to have ${said}\n`]);
    expect((await dryRun(`$${path}$/$name$`, ...v2(), "--quiet")).err).toBe("");
  });

  it("nothing is said of what there is", async () => {
    const names = "$copyright_license$/$metadata.clinical.sex$/$metadata.acquisition.pixels_x$/$isic_id$/$name$";
    expect(await dryRun(names, ...v2())).toMatchObject({ code: 0, err: "" });
    expect(await dryRun("$dataset.name$/$meta.clinical.sex$/$_id$/$name$", ...v1())).toMatchObject({
      code: 0,
      err: "",
    });
  });
});

describe("ids of v1, asked of v2", () => {
  const id = "5436e3abbae478396759f0cf";
  it.each([
    ["image show", [id]],
    ["superpixels", [id, "-o", "never-made.png"]],
    ["image select", ["--ids", id]],
    ["image download", ["never-made", "--ids", id]],
  ])("%s says which API it is of, before anybody is asked", async (command, words) => {
    const before = box.asked.length;
    const { code, err } = await isic(...command.split(" "), ...words, ...v2(), "--no-cache");
    expect([code, err]).toEqual([2, expect.stringContaining(`${id} is an id of v1: add --api v1`)]);
    expect(box.asked.length).toBe(before);
  });
});

describe("a download whose files all fail for one reason", () => {
  it("says it once", async () => {
    await using folder = await temporaryFolder();
    box.instead = ({ url }) => (/\.(jpg|png|tif)/.test(url) ? new Response("gone", { status: 410 }) : undefined);
    const { code, out } = await isic("image", "download", folder.path, ...v2(), "--limit", "5");
    expect(code).toBe(1);
    expect(out.match(/All for one reason: .*410/g)).toHaveLength(1);
    expect(out.match(/^ISIC_\d{7} +image$/gm)).toHaveLength(5);
  });
});

it.each(["--json", "--count", "--names"])("--columns beside %s would be passed over", async (option) => {
  const { code, err } = await isic("image", "select", ...v2(), "--columns", "isic_id", option);
  expect([code, err]).toEqual([2, `isic: ${option} shows no columns: leave out --columns.\n`]);
});

it("columns of an empty selection are no mistake", async () => {
  const words = ["--columns", "isic_id,anything", "-w", "metadata.clinical.sex == nobody"];
  const { code, err } = await isic("image", "select", ...v2(), ...words);
  expect([code, err]).toEqual([0, expect.stringContaining("note: the selection is empty.")]);
});

it("other --names over a folder that has files: that they keep theirs is said", async () => {
  await using folder = await temporaryFolder();
  const words = ["image", "download", folder.path, ...v2(), "--limit", "2"];
  expect((await isic(...words)).out).not.toContain("earlier run");
  const { code, out } = await isic(...words, "--names", "x_$name$");
  expect(code).toBe(0);
  expect(out).toContain("2 images under the names of an earlier run; another folder takes the new ones");
});

it("--masks do not fit copies of another size", async () => {
  const { code, err } = await isic("image", "download", "never-made", ...v1(), "--resize", "100", "--masks");
  expect([code, err]).toEqual([2, expect.stringContaining("--masks belong to the full image: leave out --resize")]);
});

describe("words", () => {
  it.each([["version"], ["-v"], ["--version"]])("%s", async (word) => {
    const { code, out } = await isic(word);
    expect([code, out]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
  });

  it("a mistyped word after help", async () => {
    const { code, err } = await isic("help", "imag");
    expect([code, err]).toEqual([2, expect.stringMatching(/ Did you mean image\?\n$/)]);
  });

  it("a search without quotes", async () => {
    const { code, err } = await isic("image", "select", "--search", "sex:male", "age_approx:50");
    expect([code, err]).toEqual([2, expect.stringContaining("What has spaces is written in quotes, such as --search")]);
  });
});

describe("a picture in a format that only sharp reads", () => {
  it("is shown by its record, with the reason", async () => {
    const { code, out, err } = await isic("image", "show", TIFF, ...v2(), "--no-cache");
    expect([code, out]).toEqual([0, expect.stringContaining(TIFF)]);
    expect(err).toContain('it is a TIFF file; "sharp" would read it (npm install sharp, beside isic).');
    await using folder = await temporaryFolder();
    const written = await isic("image", "show", TIFF, ...v2(), "--no-cache", "-o", join(folder.path, "x.png"));
    expect([written.code, written.err]).toEqual([1, expect.stringContaining("npm install sharp")]);
  });

  it("is no broken file of a download; one that is cut still is", async () => {
    await using folder = await temporaryFolder();
    const words = ["image", "download", folder.path, ...v2(), "--ids", `${TIFF},ISIC_0000001`];
    expect((await isic(...words)).code).toBe(0);
    const { code, out, err } = await isic("image", "verify", folder.path);
    expect([code, out]).toEqual([0, expect.stringMatching(/: 2 files \(.*\), all as they should be\.\n$/)]);
    expect(err).toContain('note: 1 file was checked by hash only: "sharp" would decode it (npm install sharp');
    for (const words of [["image", "show"], ["superpixels"]]) {
      const shown = await isic(...words, join(folder.path, `${TIFF}.tif`));
      expect([shown.code, shown.out, shown.err.match(/npm install sharp/g)]).toEqual([1, "", ["npm install sharp"]]);
    }
    await rm(join(folder.path, `${TIFF}.tif`));
    await writeFile(join(folder.path, `${TIFF}.tif`), "II*");
    expect((await isic("image", "verify", folder.path)).code).toBe(1);
  });
});
