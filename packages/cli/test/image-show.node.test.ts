import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeCodecs } from "isic/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../src/index.ts";
import { type Box, startBox } from "./box.ts";
import { temporaryFolder } from "./folder.ts";
import { isic } from "./isic.ts";
import { recordingTerminal } from "./terminal.ts";

let box: Box;
beforeAll(async () => {
  box = await startBox(4);
});
afterAll(() => box.close());

const NAME = "ISIC_0000001";
const show = (...words: readonly string[]) => isic("image", "show", ...words, "--server", box.url, "--no-cache");

/** A photo of one's own, and its folder. */
async function photoIn(folder: string): Promise<string> {
  const { code } = await show(NAME, "-o", join(folder, "photo.png"));
  expect(code).toBe(0);
  return join(folder, "photo.png");
}

describe("an image of the archive", () => {
  it("as JSON is the record, and no picture is fetched", async () => {
    const before = box.asked.length;
    const { code, out, err } = await show(NAME, "--json");
    expect([code, err]).toEqual([0, ""]);
    expect(JSON.parse(out)).toMatchObject({
      isic_id: NAME,
      metadata: { acquisition: { pixels_x: expect.any(Number) } },
    });
    expect(box.asked.slice(before).filter((url) => /\.(jpg|png)$/.test(new URL(url).pathname))).toEqual([]);
  });

  it.each([[], ["--no-picture"]])("is its record in lines where nothing can be drawn on %j", async (...words) => {
    const { code, out } = await show(NAME, ...words);
    expect(code).toBe(0);
    expect(out).toMatch(/^isic_id +ISIC_0000001$/m);
    expect(out).not.toContain("\u001B");
  });

  it("in a file has the size of the photo, and its superpixels when asked for", async () => {
    await using folder = await temporaryFolder();
    const [plain, marked] = [await photoIn(folder.path), join(folder.path, "marked.jpg")];
    expect((await show(NAME, "--superpixels", "-o", marked)).out).toBe(`${NAME}: ${marked}\n`);
    const [a, b] = await Promise.all(
      [plain, marked].map(async (path) => nodeCodecs.decode(new Uint8Array(await readFile(path)))),
    );
    expect([b!.width, b!.height]).toEqual([a!.width, a!.height]);
    const yellow = ({ data, channels }: typeof a & object) =>
      Array.from({ length: data.length / channels }, (_, i) => data.subarray(i * channels, i * channels + 3)).filter(
        ([red, green, blue]) => red! > 200 && green! > 200 && blue! < 90,
      ).length;
    expect(yellow(b!)).toBeGreaterThan(yellow(a!) + 100);
  });
});

describe("on a terminal", () => {
  const showOn = async (env: Record<string, string>, ...more: string[]) => {
    const terminal = recordingTerminal({ isTTY: true, env: { ...env, ISIC_CONFIG: "/nowhere/at/all" } });
    const words = ["image", "show", NAME, "--server", box.url, "--no-cache", ...more];
    const code = await main(words, terminal);
    return { code, out: terminal.text(), err: terminal.errors() };
  };

  it.each([
    [{}, "\u001B[38;5;"],
    [{ COLORTERM: "truecolor" }, "\u001B[38;2;"],
    [{ TERM: "xterm-kitty" }, "\u001B_G"],
    [{ TERM_PROGRAM: "iTerm.app" }, "\u001B]1337;"],
  ])("%j draws it above the record", async (env, start) => {
    const { code, out } = await showOn(env);
    expect([code, out.slice(0, start.length)]).toEqual([0, start]);
    expect(out).toContain("\nisic_id  ");
  });

  it.each([{ NO_COLOR: "1", TERM: "xterm-kitty" }, { TERM: "dumb" }])("%j draws none, and says so", async (env) => {
    const { code, out, err } = await showOn(env);
    expect([code, out]).toEqual([0, expect.stringMatching(/^isic_id {2}/m)]);
    expect(out + err).not.toContain("\u001B");
    expect(err).toContain("note: no picture without colours (NO_COLOR, TERM=dumb): -o writes it into a file.\n");
    expect((await showOn(env, "--quiet")).err).toBe("");
    expect((await showOn(env, "--as", "blocks")).out).toContain("▀");
  });
});

describe("a file of one's own", () => {
  it("has a name and a size for a record", async () => {
    await using folder = await temporaryFolder();
    const photo = await photoIn(folder.path);
    const { width, height } = await nodeCodecs.decode(new Uint8Array(await readFile(photo)));
    expect(JSON.parse((await show(photo, "--json")).out)).toEqual({ name: "photo", width, height });
    expect((await show(photo, "--no-picture")).out).toBe(`photo: ${width} x ${height} pixels\n`);
    expect((await show(join(folder.path, "none.png"), "--json")).err).toMatch(
      /^isic: There is no file .*none\.png\.\n$/,
    );
  });

  it("is never written over, nor one result over another", async () => {
    await using folder = await temporaryFolder();
    const photo = await photoIn(folder.path);
    const before = await readFile(photo);
    const same = join(folder.path, ".", "x", "..", "photo.png");
    const other = join(folder.path, "other.png");
    for (const [words, said] of [
      [["superpixels", photo, "-o", same], "would overwrite the photo itself"],
      [["superpixels", photo, "--outline", same], "would overwrite the photo itself"],
      [["superpixels", photo, "-o", other, "--outline", other], "would overwrite what -o writes"],
      [["image", "show", photo, "--superpixels", "-o", same], "would overwrite the photo itself"],
    ] as const) {
      const { code, err } = await isic(...words);
      expect([code, err]).toEqual([2, expect.stringContaining(said)]);
    }
    expect((await readFile(photo)).equals(before)).toBe(true);
    expect(await readdir(folder.path)).toEqual(["photo.png"]);
  });

  it("is never written over through a link, nor one result over another", async () => {
    await using folder = await temporaryFolder();
    const photo = await photoIn(folder.path);
    const before = await readFile(photo);
    const [link, later, labels] = ["link.png", "later.png", "labels.png"].map((name) => join(folder.path, name));
    await symlink("photo.png", link!);
    await symlink("labels.png", later!);
    await symlink(folder.path, join(folder.path, "same"));
    for (const [words, said] of [
      [["superpixels", photo, "-o", link!], "would overwrite the photo itself"],
      [["superpixels", link!, "--outline", photo], "would overwrite the photo itself"],
      [["image", "show", photo, "-o", link!], "would overwrite the photo itself"],
      [["superpixels", photo, "-o", labels!, "--outline", later!], "would overwrite what -o writes"],
      [["superpixels", photo, "-o", join(folder.path, "same", "labels.png"), "--outline", labels!], "what -o writes"],
    ] as const) {
      const { code, err } = await isic(...words);
      expect([code, err]).toEqual([2, expect.stringContaining(said)]);
    }
    expect((await readFile(photo)).equals(before)).toBe(true);
    expect(await readdir(folder.path)).toEqual(["later.png", "link.png", "photo.png", "same"]);
  });
});

it.each([
  [["--json", "-o", "x.png"], "--json is the record without the picture: leave out -o."],
  [["--no-picture", "-o", "x.png"], "--no-picture is the record only: leave out -o."],
  [["--json", "--open"], "leave out --open."],
  [["--no-picture", "--superpixels"], "leave out --superpixels."],
  [["-o", "x.png", "--open"], "-o writes the picture into a file: leave out --open."],
  [["--open", "--width", "20"], "leave out --width."],
])("%j is refused, nobody is asked", async (words, said) => {
  const before = box.asked.length;
  const { code, out, err } = await show(NAME, ...words);
  expect([code, out, err]).toEqual([2, "", expect.stringContaining(said)]);
  expect(box.asked.length).toBe(before);
});

describe.skipIf(process.platform !== "linux")("in another program (on Linux, whose xdg-open is replaced)", () => {
  const ID = "5436e3abbae478396759f0cf";

  it.each([
    "ISIC_0000000",
    "../../outside",
    "/etc/outside",
    "a/b",
    "..",
    ".hidden",
    "nul",
    "a\u202Egnp.exe",
    "a\u001B[31m\nb",
    "x".repeat(150),
    "名".repeat(15),
    "",
  ])("the picture of an image called %j stays in its folder", async (name) => {
    await using folder = await temporaryFolder();
    const [bin, temporary] = [join(folder.path, "bin"), join(folder.path, "a", "b", "c")];
    await mkdir(bin);
    await mkdir(temporary, { recursive: true });
    await writeFile(join(bin, "xdg-open"), `#!/bin/sh\nprintf %s "$1" > '${join(bin, "opened")}'\n`, { mode: 0o755 });
    const { PATH, TMPDIR } = process.env;
    box.instead = async (request) => {
      if (!new URL(request.url).pathname.endsWith(`/image/${ID}`)) return undefined;
      return Response.json({ ...(await (await box.archive.fetch(request)).json()), name });
    };
    try {
      process.env.PATH = `${bin}:${PATH}`;
      process.env.TMPDIR = temporary;
      const { code, err } = await isic("image", "show", ID, "--open", "--api", "v1", "--server", box.url, "--no-cache");
      expect([code, err]).toEqual([0, ""]);
      await expect.poll(() => readFile(join(bin, "opened"), "utf8").catch(() => ""), { timeout: 30_000 }).not.toBe("");
    } finally {
      box.instead = () => undefined;
      process.env.PATH = PATH;
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    }
    const [own = "", ...others] = await readdir(temporary);
    expect(others).toEqual([]);
    const [picture = "", ...more] = await readdir(join(temporary, own));
    expect(more).toEqual([]);
    expect(picture).toMatch(/^[^\p{C}\p{Z}./\\][^\p{C}/\\]*\.png$/u);
    expect(Buffer.byteLength(picture)).toBeLessThanOrEqual(255);
    expect(await readFile(join(bin, "opened"), "utf8")).toBe(join(temporary, own, picture));
    expect((await readdir(folder.path)).sort()).toEqual(["a", "bin"]);
    expect(await readdir(join(folder.path, "a"))).toEqual(["b"]);
    expect(await readdir(join(folder.path, "a", "b"))).toEqual(["c"]);
  });
});
