import { spawnSync } from "node:child_process";
import { copyFile, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../src/index.ts";
import { temporaryFolder } from "./folder.ts";
import { HOSTILE, type HostileServer, hostileServer, type Mood, rawServer } from "./hostile-server.ts";
import { recordingTerminal } from "./terminal.ts";

let server: HostileServer;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let study: string;
let token: string;
beforeAll(async () => {
  [server, folder] = await Promise.all([hostileServer(), temporaryFolder()]);
  study = server.archive.studies[0]!.id;
  token = server.archive.issueToken(server.archive.users[0]!.login);
  const recipe = {
    version: 1,
    title: `T${HOSTILE}`,
    selection: { ids: ["ISIC_0000000", "ISIC_0000001", "ISIC_0000002", "ISIC_0000003"] },
    duplicates: { rule: "report" },
    split: { shares: { train: 1 } },
  };
  await writeFile(join(folder.path, "recipe.json"), JSON.stringify(recipe));
});
afterAll(() => Promise.all([server.close(), folder[Symbol.asyncDispose]()]));

const OBEYED = /[^\P{Cc}\n]|[\p{Cf}\u2028\u2029]/u;
let places = 0;
const place = (name: string): string => join(folder.path, `${places++}-${name}`);

type Commands = readonly (readonly [name: string, words: () => string[]])[];
const BOTH: Commands = [
  ["user whoami", () => ["user", "whoami"]],
  ["user print-token", () => ["user", "print-token"]],
  ["user logout", () => ["user", "logout"]],
  ["image select", () => ["image", "select", "--limit", "5"]],
  ["image select --names", () => ["image", "select", "--names"]],
  ["image show", () => ["image", "show", "ISIC_0000001", "--as", "blocks", "--width", "10"]],
  ["image show --no-picture", () => ["image", "show", "ISIC_0000001", "--no-picture"]],
  ["image show -o", () => ["image", "show", "ISIC_0000001", "-o", place("x.png")]],
  ["image download --dry-run", () => ["image", "download", place("set"), "--limit", "3", "--dry-run"]],
  ["metadata download", () => ["metadata", "download", "--limit", "3"]],
  ["metadata download -o", () => ["metadata", "download", "--limit", "3", "-o", place("table.csv")]],
  ["dataset build", () => ["dataset", "build", join(folder.path, "recipe.json"), place("built")]],
  ["superpixels", () => ["superpixels", "ISIC_0000001", "ISIC_0000002", "-o", place("sp")]],
];
const V2: Commands = [
  ...BOTH,
  ["collection list", () => ["collection", "list"]],
  ["image select --columns", () => ["image", "select", "--columns", "isic_id,attribution", "--limit", "5"]],
  ["image select --where", () => ["image", "select", "-w", "metadata.clinical.sex == female", "--count"]],
  ["image select --search", () => ["image", "select", "-s", "sex:female"]],
  [
    "image download",
    () => ["image", "download", place("set"), "-l", "3", "--names", "$attribution$/$name$", "--superpixels"],
  ],
  [
    "image download --split",
    () => ["image", "download", place("set"), "-l", "6", "--split", "50/50", "--labels", "isic2019"],
  ],
];
const V1: Commands = [
  ...BOTH,
  ["dataset list", () => ["dataset", "list"]],
  ["study list", () => ["study", "list"]],
  ["study show", () => ["study", "show", study]],
  ["study annotations", () => ["study", "annotations", study]],
  ["study agreement", () => ["study", "agreement", study, "--draws", "2", "--csv", place("a.csv")]],
  ["study heatmap", () => ["study", "heatmap", study, "-o", place("maps"), "--stats", place("stats.json")]],
  [
    "study montage",
    () => ["study", "montage", study, "-o", place("figures"), "--format", "svg", "--longer-side", "64"],
  ],
  ["image select --study", () => ["image", "select", "--study", study]],
  [
    "image download",
    () => ["image", "download", place("set"), "-l", "3", "--masks", "--names", "$dataset.name$/$name$"],
  ],
];

type Look = readonly [isTTY: boolean, ...more: string[]];
/** What is asked of every command: on a screen and in a pipe, for people and programs. */
const LOOKS: readonly Look[] = [[true], [true, "--json"], [true, "--debug"], [false], [false, "--debug"]];
/** Of the moods in which nothing is had, one look does, the one that says most. */
const MOODS: readonly (readonly [Mood, readonly Look[]])[] = [
  ["texts", LOOKS],
  ...(["everything", "types", 400, 401, 403, 404, 409, "redirects"] as const).map(
    (mood): readonly [Mood, readonly Look[]] => [mood, [[true, "--debug"]]],
  ),
];
async function run(words: readonly string[], [isTTY, ...more]: Look, env: Record<string, string> = {}) {
  const terminal = recordingTerminal({
    isTTY,
    columns: 100,
    env: { ISIC_CONFIG: join(folder.path, "config"), ...env },
  });
  const code = await main([...words, ...more], terminal);
  const [out, err] = [terminal.text(), terminal.errors()];
  return { code, out, err };
}

/** A picture of half blocks is escape codes of ours: colours, and nothing else. */
const withoutColours = (text: string): string =>
  text
    .split("\u001B[")
    .map((part, i) => (i === 0 ? part : part.replace(/^(38|48|0)[0-9;]*m/, "")))
    .join("");

/** Nothing that was shown to a person is obeyed by a terminal, or looks like a line of ours. */
function expectNeutral(words: readonly string[], isTTY: boolean, out: string, err: string, told: string): void {
  // These print data: exact in a pipe, and in lines of their own on a screen.
  const isData = words.includes("--json") || words[0] === "metadata" || words.includes("--names");
  const shown = !isTTY && isData ? "" : withoutColours(out).replaceAll(isData ? /\r\n|\t/g : "", "");
  const said = err.replace(/\r(?!\n)/g, "");
  expect(OBEYED.exec(shown), told).toBeNull();
  expect(OBEYED.exec(said), told).toBeNull();
  expect(`${isData ? "" : shown}\n${said}`, told).not.toMatch(/^(isic|note): forged/m);
  // Nor is it told what went wrong in us.
  expect(said, told).not.toMatch(/^isic: .*(Cannot read|not a function|is not iterable|undefined|\[object Object\])/m);
}

describe.each([
  ["v2", V2],
  ["v1", V1],
] as const)("a server of %s that is hostile in all its answers", (api, commands) => {
  it.each(commands)("%s", { timeout: 60_000 }, async (name, words) => {
    for (const [mood, looks] of MOODS) {
      server.mood = mood;
      for (const look of looks) {
        const asked = [...words(), ...(api === "v1" ? ["--api", "v1"] : []), "--server", server.url, "--no-cache"];
        const env: Record<string, string> = api === "v2" ? { ISIC_TOKEN: token, ISIC_SERVER: server.url } : {};
        const { out, err } = await run(asked, look, env);
        const told = `${mood} ${[...asked, ...look].join(" ")}`;
        expectNeutral([...asked, ...look.slice(1).map(String)], look[0], out, err, told);
        if (name !== "user print-token") expect(out + err, told).not.toContain(token);
        expect(out + err, told).not.toMatch(/u:p@|token=secret/);
      }
    }
  });
});

const hasPython = spawnSync("/usr/bin/python3", ["--version"]).status === 0;

it.skipIf(!hasPython)("figures as SVG are XML, and the names in them are text", async () => {
  server.mood = "texts";
  const figures = place("figures");
  const words = ["study", "montage", study, "-o", figures, "--format", "svg", "--longer-side", "64", "--api", "v1"];
  expect((await run([...words, "--server", server.url, "--no-cache"], [false])).code).toBe(0);
  const script =
    "import sys,xml.etree.ElementTree as E\nfor f in sys.argv[1:]: print(sorted({e.tag.split('}')[1] for e in E.parse(f).iter()}))";
  const files = (await readdir(figures)).map((file) => join(figures, file));
  expect(files.length).toBeGreaterThan(5);
  const { stdout, stderr } = spawnSync("/usr/bin/python3", ["-c", script, ...files], { encoding: "utf8" });
  expect(stderr).toBe("");
  const tags = new Set([...stdout.matchAll(/'(\w+)'/g)].map(([, tag]) => tag));
  expect([...tags].sort()).toEqual(expect.arrayContaining(["image", "text", "title"]));
  expect(tags).not.toContain("script");
});

it("answers that are no HTTP, or hardly", { timeout: 60_000 }, async () => {
  const raw = await rawServer([
    `HTTP/1.1 400 \u001B]0;owned\u0007\r\n\r\n`,
    `HTTP/1.1 404 \u009B31m\u202E\r\nContent-Length: 0\r\n\r\n`,
    `\u001B]0;owned\u0007\u009B2J\r\n\r\n`,
    `HTTP/1.1 200 OK\r\nX-\u001B[2J: y\r\n\r\n{}`,
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\u001B[2J\r\n\r\n{}`,
    `HTTP/1.1 302 \u001B[2J\r\nLocation: //\u001B]0;x\u0007\u009B/\r\nContent-Length: 0\r\n\r\n`,
    `HTTP/1.1 302 Found\r\nLocation: https://a\u202Eb\u009B.test:99999/?token=secret\r\nContent-Length: 0\r\n\r\n`,
    `HTTP/1.1 401 No\r\nWWW-Authenticate: \u009B31m\r\nContent-Length: 2\r\n\r\n"\u001B"`,
  ]);
  for (const words of [
    ["image", "select", "--limit", "1"],
    ["image", "show", "ISIC_0000001", "--no-picture"],
  ]) {
    for (const api of [[], ["--api", "v1"]]) {
      for (let n = 0; n < 4; n++) {
        const asked = [...words, ...api, "--server", raw.url, "--no-cache"];
        const { code, out, err } = await run(asked, [true, "--debug"]);
        expect(code).toBe(1);
        expectNeutral(asked, true, out, err, asked.join(" "));
      }
    }
  }
  await raw.close();
  // A page where JSON is due is asked for twice: once is enough here.
  server.mood = "pages";
  const asked = ["image", "select", "--server", server.url, "--no-cache"];
  const { code, out, err } = await run(asked, [true, "--debug"]);
  expect(code).toBe(1);
  expectNeutral(asked, true, out, err, "pages");
});

/** As a file may be called where only `/` is forbidden. */
const NAME = `n\u001B]0;owned\u0007\u001B[2J\u009B31m\u202Egnp.exe\u200F\u2028\u0085\b\r\nisic: forged\nnote: forged<script>"'&=`;

describe.skipIf(process.platform === "win32")("files and folders whose names are hostile", () => {
  /** A download of real little pictures. */
  const download = async (to: string): Promise<string> => {
    server.mood = "texts";
    server.hostile = false;
    const { code } = await run(["image", "download", to, "-l", "4", "--server", server.url], [false]);
    server.hostile = true;
    expect(code).toBe(0);
    return to;
  };
  const pictureIn = async (set: string): Promise<string> =>
    join(set, (await readdir(set)).find((each) => each.endsWith(".jpg"))!);

  const looked = async (words: readonly string[], codes: readonly number[] = [0, 1, 2]): Promise<string> => {
    let all = "";
    for (const look of LOOKS) {
      const { code, out, err } = await run(words, look);
      expect(codes, `${words.join(" ")} ${err}`).toContain(code);
      expectNeutral([...words, ...look.slice(1).map(String)], look[0], out, err, [...words, ...look].join(" "));
      all += out + err;
    }
    return all;
  };

  it("image verify, image download --from and cache commands", { timeout: 60_000 }, async () => {
    const set = await download(place(NAME));
    const picture = await pictureIn(set);
    await writeFile(picture, "broken");
    await looked(["image", "verify", set], [1]);
    const manifest = join(set, "manifest.jsonl");
    const lines = (await readFile(manifest, "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    // All that a manifest may say, said by somebody else.
    const hostile = lines.map((line, i) => ({
      ...line,
      name: `${line.name}${NAME}`,
      file: `${i}${NAME}`,
      error: NAME,
      url: `https://x.test/${NAME}`,
      label: NAME,
      split: NAME,
      server: NAME,
      licence: NAME,
      attribution: NAME,
      stem: NAME,
      fetchedAt: NAME,
      sha256: NAME,
    }));
    await writeFile(manifest, `${hostile.map((line) => JSON.stringify(line)).join("\n")}\n`);
    await looked(["image", "verify", set], [1]);
    await looked(["image", "download", place("copy"), "--from", manifest, "--server", server.url]);
    const cache = place(NAME);
    await mkdir(join(cache, `127.0.0.1${NAME}`, NAME, NAME), { recursive: true });
    await writeFile(join(cache, `127.0.0.1${NAME}`, NAME, `image_${NAME}.jpg`), "x");
    await writeFile(join(cache, NAME), "x");
    // Not what every object has by this name.
    const kept = join(cache, "127.0.0.1", "anonymous", "0", "0", "constructor_ISIC_0000000.bin");
    await mkdir(dirname(kept), { recursive: true });
    await writeFile(kept, "x");
    for (const verb of ["info", "verify", "repair"]) await looked(["cache", verb, "--cache", cache]);
    await looked(["cache", "clear", "--yes", "--cache", cache]);
  });

  it("image duplicates, its page, superpixels and image show", { timeout: 60_000 }, async () => {
    const pictures = place(NAME);
    await mkdir(join(pictures, NAME), { recursive: true });
    const from = await pictureIn(await download(place("set")));
    for (const name of [`${NAME}.jpg`, `javascript:alert(1).jpg`, `${NAME}/x.jpg`, `"onerror="alert(1).jpg`, "-rf.jpg"])
      await copyFile(from, join(pictures, name));
    await writeFile(join(pictures, `${NAME}.png`), "no picture");
    const report = place("report.html");
    const said = await looked(["image", "duplicates", pictures, "--report", report], [0]);
    expect(said).toContain("5 pictures, 1 group");
    const html = await readFile(report, "utf8");
    expect(html).not.toMatch(/[^\P{Cc}\n]|[\u202A-\u202E\u2066-\u2069]/u);
    expect(html.match(/<script|<[^>]*" ?onerror|(href|src)="javascript:/g)).toBeNull();
    expect(html.match(/<img src="[^"<>]*" alt="" loading="lazy">/g)).toHaveLength(5);
    const names = [`${NAME}.jpg`, "-rf.jpg", `${NAME}.png`].map((name) => join(pictures, name));
    await looked(["superpixels", "-o", place(NAME), "--outline", place(NAME), "--", ...names], [1]);
    await looked(["image", "show", names[0]!, "-o", place(`${NAME}.png`)]);
    await looked(["image", "show", names[0]!, "--no-picture"], [0]);
    await looked(["image", "show", names[2]!], [1]);
  });

  it("dataset check and build, with hostile recipes and locks", { timeout: 60_000 }, async () => {
    const recipe = join(folder.path, `${NAME}.json`);
    await copyFile(join(folder.path, "recipe.json"), recipe);
    server.hostile = false;
    const set = place(NAME);
    await looked(["dataset", "build", recipe, set, "--server", server.url], [0]);
    server.hostile = true;
    await rename(join(set, "images.csv"), join(set, NAME));
    await looked(["dataset", "check", set], [1]);
    const lock = join(set, "dataset.lock.json");
    const text = await readFile(lock, "utf8");
    await writeFile(
      lock,
      text.replaceAll(/"(attribution|path|name|stem|group)":"/g, (key) => `${key}${JSON.stringify(NAME).slice(1, -1)}`),
    );
    await looked(["dataset", "check", set], [1]);
    for (const spoiled of [
      { [NAME]: 1 },
      { title: 5, [NAME]: { [NAME]: [NAME] } },
      {
        version: 1,
        title: NAME,
        selection: { [NAME]: NAME },
        labels: { classes: { [NAME]: NAME } },
        split: { shares: { [NAME]: 1 } },
        layout: NAME,
        groups: [NAME],
      },
    ]) {
      await writeFile(recipe, JSON.stringify(spoiled));
      await looked(["dataset", "build", recipe, place("none"), "--server", server.url], [2]);
    }
    await writeFile(recipe, `version: 1\n${NAME}: [`);
    await looked(["dataset", "build", recipe, place("none"), "--server", server.url], [2]);
    await writeFile(`${recipe}.yaml`, `version: 1\ntitle: "\u009B31m\n  bad: \u202E {`);
    await looked(["dataset", "build", `${recipe}.yaml`, place("none"), "--server", server.url], [2]);
    await looked(["dataset", "init", recipe, "--title", NAME], [1, 2]);
  });

  it("challenge check, score and import", { timeout: 60_000 }, async () => {
    const truth = place(NAME);
    await mkdir(truth);
    await writeFile(join(truth, `${NAME}.csv`), `image${NAME}\n`);
    await writeFile(join(truth, `${NAME}_segmentation.png`), "x");
    await writeFile(join(truth, `ISIC_0000000${NAME}.json`), `{"${NAME}`);
    const csv = place(`${NAME}.csv`);
    const quoted = `"${NAME.replaceAll('"', '""')}"`;
    await writeFile(csv, `image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK,${quoted}\n${quoted},1,0,0,0,0,0,0,0,${quoted},2\n`);
    for (const given of [truth, csv, join(folder.path, "recipe.json"), place(NAME)]) {
      for (const task of ["2016-3", "2017-1", "2017-2", "2018-2", "2019", "2024"]) {
        await looked(["challenge", "check", given, "--task", task]);
        await looked(["challenge", "score", csv, given, "--task", task]);
      }
      await looked(["challenge", "import", given, place(NAME), "--task", "2019"]);
    }
  });

  it("words of a command line", async () => {
    for (const words of [
      [NAME],
      ["image", NAME],
      ["study", "show", NAME],
      ["completion", NAME],
      ["help", NAME],
      ["image", "select", "--limit", NAME],
      ["image", "select", `--${NAME}`],
      ["--server", `http://${NAME}`, "image", "select"],
      ["--server", `https://u:secret@x.test/`, "image", "select"],
      ["image", "show", NAME, "--server", server.url],
      ["image", "select", "-w", `${NAME} == x`, "--server", server.url],
      ["image", "select", "--ids", NAME, "--server", server.url],
      ["image", "select", "--search", NAME, "--server", server.url],
      ["image", "select", "--ids-from", place(NAME)],
      ["metadata", "download", "-o", place(NAME)],
      ["demo", "--data", place(NAME)],
      ["serve", "--data", place(NAME)],
      ["--cache", place(NAME), "cache", "info"],
      ["dataset", "init", join(place(NAME), NAME)],
    ]) {
      server.hostile = false;
      const said = await looked(words);
      expect(said).not.toContain("u:secret");
    }
  });
});
