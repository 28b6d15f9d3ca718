import { readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSuperpixelPng } from "@isic/core-wasm/node";
import { nodeCodecs } from "isic/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ArchiveInABox, startArchive } from "../src/archive-in-a-box.ts";
import { main } from "../src/index.ts";
import { startFileServer } from "./file-server.ts";
import { temporaryFolder } from "./folder.ts";
import { recordingTerminal } from "./terminal.ts";

let box: ArchiveInABox;
beforeAll(async () => {
  box = await startArchive({ port: 0, generate: 60 });
});
afterAll(() => box.close());

async function isic(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const terminal = recordingTerminal({ env: { ISIC_CONFIG: "/nowhere/at/all" } });
  const code = await main(words, terminal);
  return { code, out: terminal.text(), err: terminal.errors() };
}

const v1 = (): string[] => ["--api", "v1", "--server", box.url];
const v2 = (): string[] => ["--server", box.url];

describe("what is not understood", () => {
  it.each([
    [["image", "downlod"], 2, "unknown command 'downlod'"],
    [["image", "download"], 2, "missing required argument 'folder'"],
    [["demo", "--api", "v3"], 2, "Allowed choices are v1, v2"],
    [["serve", "--port", "70000"], 2, "Expected a whole number from 0 to 65535"],
    [["image", "select", "--api", "v1"], 2, "The public archive no longer speaks v1"],
    [["image", "select", "--server", "nowhere"], 2, "--server: expected an address"],
    [["user", "login"], 2, "--client-id is missing"],
    [["metadata", "download", "--format", "parquet"], 2, "Parquet needs a file"],
    [["superpixels", "no-such.jpg"], 1, "There is no file no-such.jpg"],
    [["superpixels", "a.jpg", "-o", "labels.jpg"], 2, "labels are written as .png"],
    [["image", "verify", "/no/such/folder"], 1, "/no/such/folder does not exist"],
    [["cache", "info", "--cache", "/no/such/folder"], 1, "There is no cache at /no/such/folder"],
    [["image", "download", "x", "--from", "/no/such.jsonl"], 1, "There is no manifest /no/such.jsonl"],
    [["image", "download", "x", "--from", "m", "--search", "sex:male"], 2, "--from names the files itself"],
  ])("%j: %i, %s", async (words, code, said) => {
    const result = await isic(...words);
    expect(result.err).toContain(said);
    expect(result.err).toMatch(/^isic: /);
    expect(result.err).not.toContain("    at ");
    expect(result.code).toBe(code);
  });

  it("an unknown name comes with near ones", async () => {
    const { code, err } = await isic(
      "demo",
      "--image",
      "ISIC_00000",
      "--out",
      join(tmpdir(), "never-made-by-a-failing-demo"),
    );
    expect(code).toBe(1);
    expect(err).toMatch(/^isic: There is no image "ISIC_00000" here\./);
  });

  it("a port in use", async () => {
    const { code, err } = await isic("serve", "--port", new URL(box.url).port);
    expect([code, err]).toEqual([1, expect.stringMatching(/^isic: Port \d+ is in use by another program/)]);
  });

  it("a cache folder that is a file, and nothing is written", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "file");
    await writeFile(file, "");
    const { code, err } = await isic("demo", "--cache", file, "--out", join(folder.path, "out"));
    expect([code, err]).toEqual([1, `isic: The cache folder ${file} is a file: choose another place with --cache.\n`]);
    expect(await readdir(folder.path)).toEqual(["file"]);
  });
});

describe("every command has help with examples", () => {
  it.each([
    "demo",
    "serve",
    "superpixels",
    "image download",
    "image verify",
    "image select",
    "image show",
    "metadata download",
    "collection list",
    "study list",
    "study show",
    "study annotations",
    "cache info",
    "cache verify",
    "cache repair",
    "cache clear",
    "user login",
    "user logout",
    "user whoami",
    "completion",
  ])("%s", async (command) => {
    const { code, out } = await isic(...command.split(" "), "--help");
    expect(code).toBe(0);
    expect(out).toContain(`Usage: isic ${command}`);
    expect(out).toContain("Examples:");
  });
});

describe("lists", () => {
  it("images by criteria, as JSON and as names", async () => {
    const { code, out } = await isic("image", "select", ...v1(), "-w", "meta.clinical.sex == female", "--json");
    expect(code).toBe(0);
    const records = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(records.length).toBeGreaterThan(5);
    expect(records.every((record) => record.meta.clinical.sex === "female")).toBe(true);
    const names = await isic("image", "select", ...v1(), "-w", 'notes.tags ni "ISBI 2017: Training"', "--names");
    expect(names.out).toMatch(/^(ISIC_\d{7}\n)+$/);
    const counted = await isic("image", "select", ...v2(), "--search", "sex:female", "--count");
    expect(Number(counted.out)).toBeGreaterThan(5);
  });

  it("metadata as CSV", async () => {
    const { out } = await isic("metadata", "download", ...v2(), "--limit", "3");
    const lines = out.trim().split("\r\n");
    expect(lines[0]).toMatch(/^isic_id,attribution,copyright_license,/);
    expect(lines).toHaveLength(4);
  });

  it("collections and studies", async () => {
    expect((await isic("collection", "list", ...v2())).out).toContain("Challenge 2019: Training");
    expect(JSON.parse((await isic("collection", "list", ...v2(), "--json")).out).length).toBeGreaterThan(2);
    await using folder = await temporaryFolder();
    const cache = ["--cache", folder.path];
    expect((await isic("study", "list", ...v1(), ...cache)).out).toContain("ISBI 2016: 100 Lesion Classification");
    const shown = await isic("study", "show", "ISBI 2016: 100 Lesion Classification", ...v1(), ...cache);
    expect(shown.out).toContain("Questions");
    const near = await isic("study", "show", "ISBI 2016: 100 Lesion Clasification", ...v1(), ...cache);
    expect(near.err).toContain('Did you mean "ISBI 2016: 100 Lesion Classification"?');
  });
});

describe("superpixels", () => {
  it("of a file, as labels and as outlines", async () => {
    await using folder = await temporaryFolder();
    const photo = join(folder.path, "photo.jpg");
    await isic("image", "download", folder.path, ...v2(), "--ids", "ISIC_0000001", "--names", "photo-$name$");
    await writeFile(photo, await readFile(join(folder.path, "photo-ISIC_0000001.jpg")));
    const [labels, outline] = [join(folder.path, "labels.png"), join(folder.path, "outline.png")];
    const words = ["superpixels", photo, "-o", labels, "--outline", outline, "--segments", "200", "--json"];
    const { code, out } = await isic(...words);
    expect(code).toBe(0);
    const facts = JSON.parse(out);
    expect(facts.superpixels).toBeGreaterThan(150);
    expect(facts.superpixels).toBeLessThan(260);
    const read = await readSuperpixelPng(await readFile(labels));
    expect(read.count).toBe(facts.superpixels);
    const drawn = await nodeCodecs.decode(new Uint8Array(await readFile(outline)));
    expect([drawn.width, drawn.height]).toEqual([read.width, read.height]);
  });
});

describe("downloads", () => {
  it("lists exactly what failed, ends with 1, and mends it later", async () => {
    await using folder = await temporaryFolder();
    const target = join(folder.path, "photos");
    const broken = new Set<string>();
    const server = await startFileServer({ images: 60, broken });
    try {
      const names = (await isic("image", "select", "--server", server.url, "--names")).out.trim().split("\n");
      const bad = [names[3]!, names[17]!, names[29]!];
      for (const name of bad) broken.add(name);
      const words = ["image", "download", target, "--server", server.url];
      const first = await isic(...words);
      expect(first.code).toBe(1);
      expect(first.err).toMatch(
        /^isic: 3 files could not be fetched; see .*manifest\.jsonl\. The same command tries them again\.\n$/,
      );
      expect([...first.out.matchAll(/^(ISIC_\d+)/gm)].map((match) => match[1])).toEqual(bad);
      const verified = await isic("image", "verify", target);
      expect(verified.code).toBe(1);
      broken.clear();
      const asked = server.asked.length;
      const mended = await isic("image", "verify", target, "--repair", "--server", server.url);
      expect([mended.code, mended.err]).toEqual([0, ""]);
      expect(server.asked.slice(asked).sort()).toEqual(bad);
      expect((await isic("image", "verify", target)).code).toBe(0);
    } finally {
      await server.close();
    }
  });

  it("finds what was changed on the disk, and fetches the same again", async () => {
    await using folder = await temporaryFolder();
    const target = join(folder.path, "photos");
    await isic("image", "download", target, ...v2(), "--limit", "4");
    const path = join(target, "ISIC_0000002.jpg");
    const bytes = await readFile(path);
    await writeFile(path, Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1)! ^ 1])]));
    const { code, out } = await isic("image", "verify", target);
    expect(code).toBe(1);
    expect(out).toContain("ISIC_0000002.jpg  hash");
    expect((await isic("image", "verify", target, "--repair", ...v2())).code).toBe(0);
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });

  it("gives the same set from a manifest, and splits, labels and names as asked", async () => {
    await using folder = await temporaryFolder();
    const [set, copy] = [join(folder.path, "set"), join(folder.path, "copy")];
    const words = ["--split", "50/50", "--labels", "isic2019", "--names", "$split$/$name$"];
    const first = await isic("image", "download", set, ...v2(), "--limit", "8", ...words);
    expect([first.code, first.err]).toEqual([0, ""]);
    expect((await readdir(set)).filter((name) => !name.includes("."))).toEqual(["licenses", "test", "train"]);
    expect((await readFile(join(set, "metadata.csv"), "utf8")).split("\r\n")[0]).toContain(",file,split,label,");
    const again = await isic("image", "download", copy, ...v2(), "--from", join(set, "manifest.jsonl"));
    expect([again.code, again.err]).toEqual([0, ""]);
    const manifest = (await readFile(join(set, "manifest.jsonl"), "utf8")).replace(/"sha256":"./, '"sha256":"x');
    await writeFile(join(folder.path, "other.jsonl"), manifest);
    const other = await isic(
      "image",
      "download",
      join(folder.path, "third"),
      ...v2(),
      "--from",
      join(folder.path, "other.jsonl"),
    );
    expect(other.code).toBe(1);
    expect(other.err).toContain("1 file changed since that manifest");
  });

  it("says what would come, and fetches nothing", async () => {
    const before = box.requests().files;
    const { code, out } = await isic("image", "download", "never-made", ...v2(), "--dry-run");
    expect(code).toBe(0);
    expect(out).toMatch(/^\d+ images, 0 of them already in never-made; .* to come, .* free there\./);
    expect(out).toContain("CC-0");
    expect(box.requests().files).toBe(before);
  });

  it("leaves no folder behind when the selection cannot be read", async () => {
    await using folder = await temporaryFolder();
    const { code } = await isic("image", "download", join(folder.path, "x"), ...v2(), "--search", "sex:femal(");
    expect(code).not.toBe(0);
    expect(await readdir(folder.path)).toEqual([]);
  });
});

describe("completion", () => {
  it.each(["bash", "zsh", "fish"])("%s knows commands and options", async (shell) => {
    const { code, out } = await isic("completion", shell);
    expect(code).toBe(0);
    for (const word of ["download", "annotations", "superpixels", "search", "dry-run"]) expect(out).toContain(word);
  });
});
