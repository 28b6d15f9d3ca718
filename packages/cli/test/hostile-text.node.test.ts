import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { main } from "../src/index.ts";
import { dataOnScreen, jsonOnScreen, oneLine, severalLines } from "../src/output/neutral.ts";
import { type Box, startBox } from "./box.ts";
import { temporaryFolder } from "./folder.ts";
import { recordingTerminal } from "./terminal.ts";

let box: Box;
beforeAll(async () => {
  box = await startBox(6);
});
afterEach(() => {
  box.instead = () => undefined;
});
afterAll(() => box.close());

/** A title for the window, a cleared screen (as C0 and as C1), a name that reads backwards, and a line of ours. */
const HOSTILE = "a\u001B]0;owned\u0007b\u001B[2Jc\u009B31md\u202Egnp.exe\u2066\u200Fe\r\nisic: forged\u0000\u007F";
const OBEYED = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

/** Runs a command on a screen, or into a file or pipe. */
async function run(words: readonly string[], options: { isTTY?: boolean; env?: Record<string, string> } = {}) {
  const { isTTY = true, env = {} } = options;
  const terminal = recordingTerminal({ isTTY, columns: 200, env: { ISIC_CONFIG: "/nowhere/at/all", ...env } });
  const code = await main(words, terminal);
  return { code, out: terminal.text(), err: terminal.errors() };
}

/** Text for people: nothing that a terminal obeys but line ends (and the returns of the status line on stderr). */
function expectNeutral(out: string, err = ""): void {
  const text = out + err.replace(/\r(?!\n)/g, "");
  expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\u2028\u2029]/u);
  expect(text).not.toMatch(/^isic: forged/m);
}

/** Answers of the box whose path matches, with every text of one name made hostile. */
function poison(path: RegExp, ...names: readonly string[]): void {
  box.instead = async (request) => {
    if (!path.test(new URL(request.url).pathname)) return undefined;
    const text = await (await box.archive.fetch(request)).text();
    // The images' own attributions come in a table.
    if (new URL(request.url).pathname.includes("metadata-file"))
      return new Response(text.replaceAll(/,Anonymous,/g, `,"Anonymous${HOSTILE}",`));
    const value = JSON.parse(text, (key, each) =>
      names.includes(key) && typeof each === "string" ? `${each}${HOSTILE}` : each,
    );
    return Response.json(value);
  };
}

const ME = {
  id: 7,
  first_name: "",
  last_name: "",
  full_name: "",
  created: "2020-01-01",
  accepted_terms: null,
  hash_id: "abc",
};

const v1 = (): string[] => ["--api", "v1", "--server", box.url, "--no-cache"];
const v2 = (): string[] => ["--server", box.url];

describe("what a terminal would obey", () => {
  const text = fc.string({ unit: "binary", maxLength: 60 });

  it("is in no line, no block, and no data or JSON for a screen", () => {
    fc.assert(
      fc.property(text, (some) => {
        const hostile = `${some}${HOSTILE}`;
        expect(oneLine(hostile)).not.toMatch(OBEYED);
        expect(severalLines(hostile).replaceAll("\n", "")).not.toMatch(OBEYED);
        expect(dataOnScreen(hostile).replace(/\r\n|[\n\t]/g, "")).not.toMatch(OBEYED);
        expect(jsonOnScreen(JSON.stringify(hostile))).not.toMatch(OBEYED);
      }),
      { numRuns: 300 },
    );
  });

  it("leaves the value of JSON as it is, and the lines of CSV", () => {
    fc.assert(fc.property(text, (some) => JSON.parse(jsonOnScreen(JSON.stringify(some))) === some));
    expect(dataOnScreen('a,"b\tc"\r\nü,"☃"\r\n')).toBe('a,"b\tc"\r\nü,"☃"\r\n');
    expect(dataOnScreen("a,b\rX")).toBe("a,b X");
  });
});

describe("a server with escape sequences in its texts", () => {
  it("user whoami", async () => {
    box.instead = ({ url }) =>
      new URL(url).pathname.endsWith("/users/me/") ? Response.json({ ...ME, email: HOSTILE }) : undefined;
    const env = { ISIC_TOKEN: "token", ISIC_SERVER: box.url };
    for (const isTTY of [true, false]) {
      const { code, out, err } = await run(["user", "whoami", ...v2()], { env, isTTY });
      expect([code, out]).toEqual([0, expect.stringContaining("owned")]);
      expectNeutral(out, err);
    }
  });

  it("study show, study list, study annotations", async () => {
    const { name } = box.archive.studies[0]!;
    poison(/\/(study|annotation)/, "description", "lastName", "firstName", "login");
    for (const words of [["show", name], ["list"], ["annotations", name]]) {
      for (const isTTY of [true, false]) {
        const { code, out, err } = await run(["study", ...words, ...v1()], { isTTY });
        expect(code).toBe(0);
        expectNeutral(out, err);
      }
    }
    expect((await run(["study", "show", name, ...v1()])).out).toContain("owned");
  });

  it("lists of collections and images, records, and their JSON on a screen", async () => {
    poison(/\/(images|collections|metadata-file)\//, "attribution", "name", "doi", "description");
    for (const words of [
      ["collection", "list"],
      ["collection", "list", "--json"],
      ["image", "select", "--columns", "isic_id,attribution"],
      ["image", "select", "--json"],
      ["image", "show", "ISIC_0000001", "--no-picture", "--no-cache"],
      ["image", "show", "ISIC_0000001", "--json", "--no-cache"],
    ]) {
      const { code, out, err } = await run([...words, ...v2()]);
      expect([words, code, out]).toEqual([words, 0, expect.stringContaining("owned")]);
      expectNeutral(out, err);
    }
    const shown = await run(["image", "show", "ISIC_0000001", "--json", "--no-cache", ...v2()]);
    const piped = await run(["image", "show", "ISIC_0000001", "--json", "--no-cache", ...v2()], { isTTY: false });
    expect(JSON.parse(shown.out)).toEqual(JSON.parse(piped.out));
    expect(JSON.parse(piped.out).attribution).toContain(HOSTILE);
  });

  it("metadata download: neutral on a screen, exact in a pipe and in a file", async () => {
    await using folder = await temporaryFolder();
    box.instead = async (request) => {
      const { pathname } = new URL(request.url);
      if (!/\/images\/|metadata-file/.test(pathname)) return undefined;
      const text = await (await box.archive.fetch(request)).text();
      if (pathname.includes("metadata-file")) return new Response(text.replaceAll(",Anonymous,", `,"${HOSTILE}",`));
      return new Response(text.replaceAll('"Anonymous"', JSON.stringify(HOSTILE)), {
        headers: { "content-type": "application/json" },
      });
    };
    for (const format of ["csv", "jsonl"]) {
      const words = ["metadata", "download", "--limit", "2", "--format", format, ...v2()];
      const shown = await run(words);
      expect([shown.code, shown.out]).toEqual([0, expect.stringContaining("owned")]);
      expect(shown.out.replaceAll("\r\n", "")).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
      const piped = await run(words, { isTTY: false });
      expect(piped.out).toContain(format === "csv" ? HOSTILE : JSON.stringify(HOSTILE).slice(1, -1));
      const file = join(folder.path, `table.${format}`);
      await run([...words, "-o", file]);
      expect(await readFile(file, "utf8")).toBe(piped.out);
    }
  });

  it("errors of the server, with and without --debug, and warnings", async () => {
    const url = /\/images\//;
    box.instead = (request) =>
      url.test(request.url) ? Response.json({ detail: HOSTILE, message: HOSTILE }, { status: 400 }) : undefined;
    for (const more of [[], ["--debug"]]) {
      const { code, out, err } = await run(["image", "select", "--limit", "1", ...more, ...v2()]);
      expect(code).toBe(1);
      expect(err).toContain("owned");
      expectNeutral(out, err);
    }
    box.instead = () => undefined;
    const { err } = await run(["image", "select", "-w", `metadata.clinical.\u202E\u001B[31msex == x`, ...v2()]);
    expect(err).toContain("note: ");
    expectNeutral("", err);
  });
});

describe("files with escape sequences in their names and lines", () => {
  it("a manifest: the notes of --from, and the table of what changed", async () => {
    await using folder = await temporaryFolder();
    const [set, copy] = [join(folder.path, "set"), join(folder.path, "copy")];
    expect((await run(["image", "download", set, ...v2(), "--limit", "2"])).code).toBe(0);
    const manifest = join(set, "manifest.jsonl");
    const lines = (await readFile(manifest, "utf8")).trim().split("\n");
    const changed = lines.map((line) => {
      const entry = JSON.parse(line);
      return JSON.stringify({
        ...entry,
        attribution: HOSTILE,
        server: HOSTILE,
        licence: HOSTILE,
        sha256: "0".repeat(64),
      });
    });
    await writeFile(manifest, `${changed.join("\n")}\n`);
    const { code, out, err } = await run(["image", "download", copy, "--from", manifest, ...v2()]);
    expect([code, err]).toEqual([1, expect.stringContaining("note: those files came from a ]0;owned")]);
    expect(err).toContain("changed terms since that manifest");
    expectNeutral(out, err);
  });

  it.skipIf(process.platform === "win32")("cache verify, and a folder's own name", async () => {
    await using folder = await temporaryFolder();
    const place = join(folder.path, "cache\u001B[31m\u202E");
    const words = ["image", "show", "ISIC_0000001", "--cache", place, "-o", join(folder.path, "x.png"), ...v2()];
    expect((await run(words)).code).toBe(0);
    const files = await readdir(place, { recursive: true });
    const photo = files.find((file) => /\/image_[^/]*\.jpg$/.test(file))!;
    await writeFile(join(place, `${photo.slice(0, -4)}\u001B]0;owned\u0007.jpg`), "no picture");
    await writeFile(join(place, photo), "no picture");
    for (const command of ["verify", "info", "repair"]) {
      const { out, err } = await run(["cache", command, "--cache", place]);
      expect(out + err).toContain("cache [31m ");
      expectNeutral(out, err);
    }
  });

  it("a command line of one's own", async () => {
    for (const words of [["image", HOSTILE], [HOSTILE], ["image", "show", HOSTILE, ...v2()], ["--api", HOSTILE]]) {
      const { code, err } = await run(words);
      expect(code).toBeGreaterThan(0);
      expect(err.replace(/[\r\n]/g, "")).not.toMatch(OBEYED);
    }
  });
});

it("nothing but the output layer writes to a terminal", async () => {
  const root = fileURLToPath(new URL("../src", import.meta.url));
  const sources = (await readdir(root, { recursive: true })).filter((file) => file.endsWith(".ts"));
  expect(sources.length).toBeGreaterThan(40);
  const writers: string[] = [];
  for (const file of sources) {
    const code = (await readFile(join(root, file), "utf8")).replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, "");
    if (/process\.(stdout|stderr)|\bconsole\.|\b(out|err|sink)\.write\(/.test(code)) writers.push(file);
  }
  expect(writers).toEqual([join("output", "terminal.ts")]);
});
