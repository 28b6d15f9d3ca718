import { readFile } from "node:fs/promises";
import { type Pack, pack } from "tar-stream";
import type { Places, SetFile, SetImage, SetPart } from "../build/set-image.ts";

/** Images in a shard where nobody says how many. */
const SHARD_SIZE = 1000;

/** What shards need to know of a set. */
export interface WebDataset {
  readonly images: readonly SetImage[];
  /** By id; {@link keysOf} all images. */
  readonly keys: ReadonlyMap<string, string>;
  readonly classes: readonly string[];
  readonly shardSize?: number | undefined;
  /** Where a made file lies on the disk. */
  readonly pathOf: (file: string) => string;
}

/** The shards of a set: `train-000000.tar` ... The files of an image stand side by side and share its name. */
export function shardsOf(set: WebDataset): {
  readonly files: readonly SetFile[];
  readonly shardOf: ReadonlyMap<string, string>;
} {
  const { images, shardSize = SHARD_SIZE } = set;
  const shardOf = new Map<string, string>();
  const byShard = new Map<string, SetImage[]>();
  const counts = new Map<string, number>();
  for (const image of images) {
    const count = counts.get(image.split) ?? 0;
    counts.set(image.split, count + 1);
    const path = `${image.split}-${String(Math.floor(count / shardSize)).padStart(6, "0")}.tar`;
    shardOf.set(image.id, path);
    const list = byShard.get(path);
    if (list === undefined) byShard.set(path, [image]);
    else list.push(image);
  }
  const files = Array.from(byShard, ([path, list]) => ({ path, content: () => shardBytes(list, set) }));
  return { files, shardOf };
}

/** What an image's files are called in its shard. */
export function membersOf({ made }: Pick<SetImage, "made">, key: string): Places {
  const extension = /\.([^.]+)$/.exec(made.image.file)?.[1] ?? "jpg";
  return {
    image: `${key}.${extension}`,
    ...(made.mask === undefined ? {} : { mask: `${key}.mask.png` }),
    ...(made.superpixels === undefined ? {} : { superpixels: `${key}.superpixels.png` }),
  };
}

/** The name that the files of an image share in its shard, by the image's id: no other's, and without points, which end it. */
export function keysOf(images: readonly Pick<SetImage, "id" | "stem">[]): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  const taken = new Set(images.map(({ stem }) => stem.toLowerCase()).filter((stem) => !stem.includes(".")));
  for (const { id, stem } of images) {
    let key = stem;
    if (stem.includes(".")) {
      const clean = stem.replaceAll(".", "_");
      key = clean;
      for (let n = 2; taken.has(key.toLowerCase()); n++) key = `${clean}~${n}`;
      taken.add(key.toLowerCase());
    }
    keys.set(id, key);
  }
  return keys;
}

/** Entries are put in as fast as their bytes are taken. */
async function* shardBytes(images: readonly SetImage[], set: WebDataset): AsyncGenerator<Uint8Array, void, undefined> {
  const tar = pack();
  const filled = fill(tar, images, set);
  // Ends the reading below too.
  filled.catch((error: Error) => tar.destroy(error));
  try {
    for await (const piece of tar) yield piece as Uint8Array;
    await filled;
  } finally {
    tar.destroy();
  }
}

async function fill(tar: Pack, images: readonly SetImage[], { classes, keys, pathOf }: WebDataset): Promise<void> {
  for (const image of images) {
    const { made, labels, name, id, split, fold, licence, attribution, width, height } = image;
    const key = keys.get(id) as string;
    const members = membersOf(image, key);
    const addMade = async (part: SetPart): Promise<void> => {
      const [name, file] = [members[part], made[part]?.file];
      if (name !== undefined && file !== undefined) await add(tar, name, await readFile(pathOf(file)));
    };
    await addMade("image");
    if (labels.length === 1) await add(tar, `${key}.cls`, String(classes.indexOf(labels[0] as string)));
    await addMade("mask");
    await addMade("superpixels");
    const facts = {
      isic_id: name,
      id,
      split,
      fold,
      labels,
      license: licence,
      attribution,
      width,
      height,
      record: image.record,
    };
    await add(tar, `${key}.json`, JSON.stringify(facts));
  }
  tar.finalize();
}

/** The same header everywhere: no owner, no time. */
function add(tar: Pack, name: string, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === "string" ? Buffer.from(content) : Buffer.from(content);
  const header = { name, size: bytes.length, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0, uname: "", gname: "" };
  return new Promise((resolve, reject) => {
    tar.entry(header, bytes, (error) => (error ? reject(error) : resolve()));
  });
}
