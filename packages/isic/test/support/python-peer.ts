/** The Python client itself, as a process, beside an archive in a box: for tests of folders that it shares with us. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SampleArchive } from "@isic/sample-archive";
import { type RunningArchive, serve } from "@isic/sample-archive/node";
import { IsicApi } from "../../src/node.ts";

const PEERS = (process.env.ISIC_PYTHON_PEER ?? "").split(delimiter).filter((folder) => folder !== "");
const is2019 = (folder: string): boolean => !existsSync(join(folder, "isicarchive", "imfunc.py"));
const DRIVER = fileURLToPath(new URL("python-peer.py", import.meta.url));

/** Its last version, of 2020. */
export const peer2020: string | undefined = PEERS.find((folder) => !is2019(folder));
/** As it was in August 2019: subfolders of one level, and JSON files that name no account. */
export const peer2019: string | undefined = PEERS.find(is2019);

/** The rest of a title: why its tests are left out. */
export const whyLeftOut = (peer: string | undefined, which: string): string =>
  peer === undefined ? `left out: no Python client of ${which} here (set ISIC_PYTHON_PEER)` : "";

export const STUDY = "Reader agreement: five readers";
/** Python compiles its functions anew in each process. */
export const TIMEOUT = 300_000;

/** A photo and its superpixels. */
export interface Loaded {
  readonly id: string;
  readonly photo: readonly number[];
  readonly labels: readonly number[];
  readonly count: number;
  readonly sha256: string;
}

export interface Mark {
  readonly idx: readonly number[];
  readonly lst: readonly number[];
  readonly area: readonly number[] | null;
  readonly area_pct: readonly number[] | null;
  readonly tarea: number | null;
  readonly tarea_pct: number | null;
  readonly tarea_mpct: number | null;
}

/** Annotation id to feature to what was marked. */
export type Marks = Readonly<Record<string, Readonly<Record<string, Mark>>>>;
export type PlainMarks = Record<string, Record<string, { idx: number[]; lst: number[] }>>;

export interface Mask {
  readonly id: string;
  readonly skill: string;
  readonly area: number;
}

export interface Answer {
  readonly username: string | null;
  readonly index: readonly string[];
  readonly images: Readonly<Record<string, Loaded>>;
  readonly masks?: Readonly<Record<string, Mask | null>>;
  readonly study?: {
    readonly id: string;
    readonly annotations: number;
    readonly marks: Marks;
    readonly stopped: string;
  };
  readonly asked: readonly string[];
  readonly warnings: readonly string[];
  readonly printed: readonly string[];
}

/** What Python is told; see the driver. */
export interface Order {
  readonly index?: boolean;
  readonly images?: readonly string[];
  readonly study?: string;
  readonly masks?: readonly string[];
}

export interface Login {
  readonly login: string;
  readonly password: string;
}

const LOGIN = ["user/authentication", "user/me"];

/** One archive, used by both. */
export class SharedArchive {
  readonly archive: SampleArchive;
  readonly #running: RunningArchive;
  readonly #folders: string[] = [];

  private constructor(archive: SampleArchive, running: RunningArchive) {
    this.archive = archive;
    this.#running = running;
  }

  static async serve(archive: SampleArchive): Promise<SharedArchive> {
    return new SharedArchive(archive, await serve(archive));
  }

  async close(): Promise<void> {
    await this.#running.close();
    await Promise.all(this.#folders.map((folder) => rm(folder, { recursive: true })));
  }

  async newFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "isic-python-peer-"));
    this.#folders.push(folder);
    return folder;
  }

  /** One process of the Python client; `asked` is without logins. */
  async python(peer: string, folder: string, who: Login | undefined, order: Order): Promise<Answer> {
    const login = who === undefined ? null : [who.login, who.password];
    const answer = await runPython(peer, { origin: this.#running.url, folder, login, ...order });
    return { ...answer, asked: answer.asked.filter((path) => !LOGIN.includes(path)) };
  }

  /** A session of ours, what it asks (but logins) and warns of. */
  async ours(
    folder: string,
    who: Login | undefined,
    isOnline = true,
  ): Promise<{ api: IsicApi; asked: string[]; warnings: string[] }> {
    const asked: string[] = [];
    const warnings: string[] = [];
    const api = await IsicApi.connect({
      family: "v1",
      baseUrl: this.archive.v1Url,
      cacheFolder: folder,
      retry: { limit: 0 },
      ...(who === undefined ? {} : { username: who.login, password: who.password }),
      onWarning: (message) => warnings.push(message),
      fetch: async (request) => {
        const path = new URL(request.url).pathname.replace("/api/v1/", "");
        if (LOGIN.includes(path)) return this.archive.fetch(request);
        asked.push(path);
        if (!isOnline) throw new TypeError("fetch failed");
        return this.archive.fetch(request);
      },
    });
    return { api, asked, warnings };
  }
}

/** Photo and superpixels by ours, in Python's words. */
export async function loaded(api: IsicApi, name: string): Promise<Loaded> {
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

/** The best mask of each image by ours; `null` where there is none. */
export async function masksOf(api: IsicApi, names: readonly string[]): Promise<Record<string, Mask | null>> {
  const masks: Record<string, Mask | null> = {};
  for (const name of names) {
    const found = await (await api.image(name)).loadSegmentation();
    masks[name] = found === undefined ? null : { id: found.id, skill: String(found.record.skill), area: found.area };
  }
  return masks;
}

export async function marksOf(api: IsicApi): Promise<PlainMarks> {
  const annotations = await (await api.study(STUDY)).loadAnnotations();
  const marked = annotations.filter(({ features }) => features.size > 0);
  const plain = (features: (typeof marked)[number]["features"]) =>
    Object.fromEntries([...features].map(([name, { idx, lst }]) => [name, { idx: [...idx], lst: [...lst] }]));
  return Object.fromEntries(marked.map(({ id, features }) => [id, plain(features)]));
}

export const plainMarks = (marks: Marks): Record<string, Record<string, Pick<Mark, "idx" | "lst">>> =>
  marksTo(marks, ({ idx, lst }) => ({ idx, lst }));

export function marksTo<T>(marks: Marks, change: (mark: Mark) => T): Record<string, Record<string, T>> {
  const changed = (features: Readonly<Record<string, Mark>>) =>
    Object.fromEntries(Object.entries(features).map(([name, mark]) => [name, change(mark)]));
  return Object.fromEntries(Object.entries(marks).map(([id, features]) => [id, changed(features)]));
}

/** The files of lists and studies, by name: those that may name an account. */
export async function jsonFilesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith(".json.gz")).sort();
}

/** Its words on the standard error are the error's when it fails. */
function runPython(peer: string, order: object): Promise<Answer> {
  const env = { ...process.env, PYTHONPATH: peer, PYTHONDONTWRITEBYTECODE: "1" };
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
