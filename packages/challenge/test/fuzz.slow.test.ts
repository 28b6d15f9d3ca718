// Damaged and hostile files: each is read or refused with an error of this package, never anything else.
import { downloadZip } from "client-zip";
import { expect, test } from "vitest";
import {
  checkSubmission,
  filesInZip,
  readFeatureArrays,
  readMask,
  readTable,
  type TaskName,
  writeMask,
} from "../src/index.ts";
import { bytes, files, json, mask } from "./drawn.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A small generator (mulberry32), so that a failure can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Bytes changed, cut, doubled or put in the place of others. */
function mutated(original: Bytes, next: () => number): Bytes {
  const whole = [...original];
  const at = () => Math.floor(next() * whole.length);
  for (let i = Math.ceil(next() * 4); i > 0; i--) {
    const kind = Math.floor(next() * 4);
    if (kind === 0) whole[at()] = Math.floor(next() * 256);
    else if (kind === 1) whole.length = at() + 1;
    else if (kind === 2) whole.splice(at(), Math.floor(next() * 8), ...whole.slice(at(), at() + 8));
    else whole[at()] = [0, 34, 44, 45, 46, 48, 57, 91, 93, 101, 123, 255][Math.floor(next() * 12)] ?? 0;
  }
  return Uint8Array.from(whole);
}

const isOurs = (error: unknown): boolean => error instanceof Error && Symbol.for("isic.error") in error;

async function attack(original: Bytes, times: number, read: (file: Bytes) => unknown): Promise<number> {
  const next = random(original.length);
  let refused = 0;
  for (let i = 0; i < times; i++) {
    const file = mutated(original, next);
    try {
      await read(file);
    } catch (error) {
      if (!isOurs(error)) throw new Error(`${String(error)} for ${[...file]}`, { cause: error });
      refused++;
    }
  }
  return refused;
}

test("masks", async () => {
  expect(await attack(await writeMask(mask("0110/1001/1111")), 5000, (file) => readMask(file))).toBeGreaterThan(4000);
});

test("arrays", async () => {
  const file = json({ globules: [0, 0.5, 1], streaks: [0.25, 1, 0] });
  expect(await attack(file, 20_000, (each) => readFeatureArrays("2016-2", each))).toBeGreaterThan(10_000);
});

test.each<[TaskName, string]>([
  ["2016-3", "ISIC_0000001,0.5\nISIC_0000002,0.25\n"],
  ["2017-3", "image_id,melanoma,seborrheic_keratosis\nISIC_0000001,0.5,1\n"],
  ["2018-3", 'image,MEL,NV,BCC,AKIEC,BKL,DF,VASC\n"ISIC_0000001",0.5,1,0,0,0,0,1e-1\n'],
  ["2024", "isic_id,target\nISIC_0000001,0.5\n"],
])("tables of %s", async (task, text) => {
  expect(await attack(bytes(text), 20_000, (each) => readTable(task, each))).toBeGreaterThan(5000);
});

test("ZIP files, and what is in them", async () => {
  const input = json({ globules: [0, 1], streaks: [1, 0] });
  const truth = files({ "ISIC_0000001.json": input });
  const zip = await downloadZip([{ name: "a/ISIC_0000001.json", input, lastModified: new Date(2017, 0, 1) }]).blob();
  const refused = await attack(new Uint8Array(await zip.arrayBuffer()), 3000, async (each) =>
    checkSubmission("2016-2", truth, await filesInZip(each)),
  );
  expect(refused).toBeGreaterThan(500);
});
