/**
 * One folder, used in turn by the Python client itself and by ours. `ISIC_PYTHON_PEER` names the folder that holds its
 * package `isicarchive`; Debian's Python has what it imports (python3-numpy, -numba, -imageio, -requests).
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSampleArchive } from "@isic/sample-archive";
import { type RunningArchive, serve } from "@isic/sample-archive/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { IsicApi } from "../src/node.ts";

const PEER = process.env.ISIC_PYTHON_PEER;
const why = PEER === undefined ? "left out: no Python client here (set ISIC_PYTHON_PEER)" : "";
const DRIVER = fileURLToPath(new URL("support/python-peer.py", import.meta.url));
const STUDY = "Reader agreement: five readers";
/** Python compiles its functions anew in each process. */
const TIMEOUT = 300_000;

interface Loaded {
  readonly id: string;
  readonly photo: readonly number[];
  readonly labels: readonly number[];
  readonly count: number;
  readonly sha256: string;
}

interface Mark {
  readonly idx: readonly number[];
  readonly lst: readonly number[];
  readonly area: readonly number[] | null;
  readonly area_pct: readonly number[] | null;
  readonly tarea: number | null;
  readonly tarea_pct: number | null;
  readonly tarea_mpct: number | null;
}

/** Annotation id to feature to what was marked. */
type Marks = Readonly<Record<string, Readonly<Record<string, Mark>>>>;

interface Answer {
  readonly username: string | null;
  readonly index: readonly string[];
  readonly images: Readonly<Record<string, Loaded>>;
  readonly study?: {
    readonly id: string;
    readonly annotations: number;
    readonly marks: Marks;
    readonly stopped: string;
  };
  readonly asked: readonly string[];
  readonly warnings: readonly string[];
}

describe.skipIf(PEER === undefined)(`a folder that the Python client shares with us ${why}`, () => {
  const archive = createSampleArchive({ images: 24, smallPhotos: true });
  const admin = archive.users.find(({ login }) => login === "admin")!;
  let running: RunningArchive;
  const folders: string[] = [];

  beforeAll(async () => {
    running = await serve(archive);
  });
  afterAll(async () => {
    await running.close();
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
  });

  describe.each(["guest", "account"] as const)("as %s", (who) => {
    const isGuest = who === "guest";
    const login = isGuest ? null : [admin.login, admin.password];
    const LOGIN = ["user/authentication", "user/me"];

    async function newFolder(): Promise<string> {
      const folder = await mkdtemp(join(tmpdir(), "isic-python-peer-"));
      folders.push(folder);
      return folder;
    }

    const python = (folder: string, order: object): Promise<Answer> =>
      runPython({ origin: running.url, folder, login, ...order });

    async function ours(folder: string) {
      const asked: string[] = [];
      const warnings: string[] = [];
      const api = await IsicApi.connect({
        family: "v1",
        baseUrl: archive.v1Url,
        cacheFolder: folder,
        ...(isGuest ? {} : { username: admin.login, password: admin.password }),
        onWarning: (message) => warnings.push(message),
        fetch: async (request) => {
          const path = new URL(request.url).pathname.replace("/api/v1/", "");
          if (!LOGIN.includes(path)) asked.push(path);
          return archive.fetch(request);
        },
      });
      return { api, asked, warnings };
    }

    const withoutLogin = ({ asked }: Answer): string[] => asked.filter((path) => !LOGIN.includes(path));

    async function loaded(api: IsicApi, name: string): Promise<Loaded> {
      const image = await api.image(name);
      const { width, height, channels } = await image.loadImageData();
      const { idx } = await image.loadSuperpixels();
      const sha256 = createHash("sha256").update(Int32Array.from(idx.data)).digest("hex");
      return {
        id: image.id,
        photo: [height, width, channels],
        labels: [idx.height, idx.width],
        count: idx.count,
        sha256,
      };
    }

    async function marksOf(api: IsicApi): Promise<Record<string, Record<string, { idx: number[]; lst: number[] }>>> {
      const annotations = await (await api.study(STUDY)).loadAnnotations();
      const marked = annotations.filter(({ features }) => features.size > 0);
      const plain = (features: (typeof marked)[number]["features"]) =>
        Object.fromEntries([...features].map(([name, { idx, lst }]) => [name, { idx: [...idx], lst: [...lst] }]));
      return Object.fromEntries(marked.map(({ id, features }) => [id, plain(features)]));
    }

    const plainMarks = (marks: Marks) => marksTo(marks, ({ idx, lst }) => ({ idx, lst }));

    async function ofBadPhotos(api: IsicApi) {
      const annotations = await (await api.study(STUDY)).loadAnnotations();
      return annotations.filter(({ status, markedFeatures }) => status !== "ok" && markedFeatures.length > 0);
    }

    /** Python neither keeps marks on bad photos nor computes their areas. */
    const without = (bad: readonly { readonly id: string }[], marks: Marks): Marks =>
      Object.fromEntries(Object.entries(marks).filter(([key]) => !bad.some(({ id }) => id === key)));

    const areasOf = (marks: Marks) =>
      marksTo(marks, ({ idx, area, area_pct, tarea, tarea_pct }) => ({ idx, area, area_pct, tarea, tarea_pct }));

    /** Python forgets the mask after an image's first reader, and writes 0 for all others. */
    const sharesOf = (marks: Marks): [string, number | null][] =>
      Object.entries(marks).flatMap(([id, features]) =>
        Object.entries(features).map(([name, mark]): [string, number | null] => [`${id} ${name}`, mark.tarea_mpct]),
      );

    test(
      "Python writes; ours reads without a request and writes more; Python reads that without a request",
      async () => {
        const folder = await newFolder();
        const [first, second] = ["ISIC_0000000", "ISIC_0000001"];
        const written = await python(folder, { index: true, images: [first], study: STUDY });
        expect(written.warnings).toEqual([]);
        expect(written.username).toBe(isGuest ? null : admin.login);
        expect(written.index.length).toBeGreaterThan(15);
        expect(Object.keys(written.study!.marks).length).toBeGreaterThan(5);
        expect(withoutLogin(written)).toContain(`image/${written.images[first]!.id}/download`);

        const mine = await ours(folder);
        expect(await mine.api.loadCache()).toBe(true);
        expect([...mine.api.imageCache.keys()].sort()).toEqual(written.index);
        expect(await loaded(mine.api, first)).toEqual(written.images[first]);
        expect(mine.asked).toEqual([]);
        expect(await marksOf(mine.api)).toEqual(plainMarks(written.study!.marks));
        // Who has finished what is always asked. Python's file leaves out the annotations of bad photos.
        const bad = await ofBadPhotos(mine.api);
        const [list, ...marks] = mine.asked;
        expect(list).toBe("annotation");
        expect(marks.map(decodeURIComponent).filter((path) => path !== "annotation")).toEqual(
          bad.flatMap(({ id, markedFeatures }) =>
            markedFeatures.map((name) => `annotation/${id}/markup/${name}/superpixels`),
          ),
        );
        expect(mine.warnings).toEqual([]);

        const more = await loaded(mine.api, second);
        expect(mine.asked.length).toBeGreaterThan(1);
        const read = await python(folder, { index: false, images: [first, second], study: STUDY });
        expect(read.images).toEqual({ [first]: written.images[first], [second]: more });
        expect(read.index).toEqual(written.index);
        expect(without(bad, read.study!.marks)).toEqual(without(bad, written.study!.marks));
        expect(plainMarks(read.study!.marks)).toEqual(plainMarks(written.study!.marks));
        expect(read.warnings).toEqual([]);
        expect(withoutLogin(read)).toEqual(["annotation"]);
      },
      TIMEOUT,
    );

    test(
      "ours writes index, study and pictures into Python's empty folder; Python reads all of it",
      async () => {
        const folder = await newFolder();
        await python(folder, {});
        const mine = await ours(folder);
        await mine.api.cacheImages();
        const names = ["ISIC_0000002", "ISIC_0000003"];
        const images: Record<string, Loaded> = {};
        for (const name of names) images[name] = await loaded(mine.api, name);
        // of this image the areas are ours, of the others Python's
        const [pictured] = (await mine.api.study(STUDY)).images;
        const image = await mine.api.image(pictured!);
        await image.loadSuperpixels();
        expect(await image.loadSegmentation()).toBeDefined();
        const marks = await marksOf(mine.api);
        expect(mine.warnings).toEqual([]);

        const read = await python(folder, { images: names, study: STUDY });
        expect(read.warnings).toEqual([]);
        expect(read.index).toEqual([...mine.api.imageCache.keys()].sort());
        expect(read.images).toEqual(images);
        expect(plainMarks(read.study!.marks)).toEqual(marks);
        expect(withoutLogin(read).filter((path) => /^annotation\/|^image\/?(\?|$)|\/download$/.test(path))).toEqual([]);

        const bad = await ofBadPhotos(mine.api);
        const alone = await python(await newFolder(), { study: STUDY });
        const [both, its] = [read, alone].map(({ study }) => without(bad, study!.marks)) as [Marks, Marks];
        expect(areasOf(both)).toEqual(areasOf(its));
        const shares = sharesOf(its).map(([path, share]) => [path, share, new Map(sharesOf(both)).get(path)] as const);
        expect(shares.filter(([, share, ours]) => share !== 0 && ours !== null && ours !== share)).toEqual([]);
        expect(shares.filter(([, share, ours]) => share !== 0 && ours === share).length).toBeGreaterThan(10);

        // Python has added its areas; ours leaves them where they are
        expect(await marksOf((await ours(folder)).api)).toEqual(marks);
        const last = await python(folder, { study: STUDY });
        expect(last.warnings).toEqual([]);
        expect(without(bad, last.study!.marks)).toEqual(without(bad, read.study!.marks));
      },
      TIMEOUT,
    );
  });
});

function marksTo<T>(marks: Marks, change: (mark: Mark) => T): Record<string, Record<string, T>> {
  const changed = (features: Readonly<Record<string, Mark>>) =>
    Object.fromEntries(Object.entries(features).map(([name, mark]) => [name, change(mark)]));
  return Object.fromEntries(Object.entries(marks).map(([id, features]) => [id, changed(features)]));
}

/** One process of the Python client; its words on the standard error are the error's when it fails. */
function runPython(order: object): Promise<Answer> {
  const env = { ...process.env, PYTHONPATH: PEER, PYTHONDONTWRITEBYTECODE: "1" };
  const python = spawn("/usr/bin/python3", [DRIVER], { env });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  python.stdout.on("data", (bytes: Buffer) => out.push(bytes));
  python.stderr.on("data", (bytes: Buffer) => err.push(bytes));
  python.stdin.end(JSON.stringify(order));
  return new Promise((resolve, reject) => {
    python.once("error", reject);
    python.once("close", (code) => {
      if (code === 0) resolve(JSON.parse(String(Buffer.concat(out))) as Answer);
      else reject(new Error(`The Python client ended with ${code}:\n${Buffer.concat(err)}`));
    });
  });
}
