// Works on a disk that fails now and then. What is stored is told on stdout, and what came wrong.
import { writeSync } from "node:fs";
import { getOrCreate, repair, verify } from "@isic/cache";
import { createFileCache } from "@isic/cache-fs";
import { readValue, wholeValue } from "./values.mjs";

const [, , folder, seed, count] = process.argv;
let state = Number(seed);
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const tell = (line) => writeSync(1, `${line}\n`);
const counts = { done: 0, failed: 0 };
let cache = createFileCache({ folder });

async function* pieces(value) {
  for (let at = 0; at < value.length; at += 7000) yield value.subarray(at, at + 7000);
}

for (let number = 1; number <= Number(count); number++) {
  const account = random() < 0.5 ? "anonymous" : "jane";
  const key = `h.org/${account}/spimg/${Math.floor(random() * 40).toString(16)}`;
  const value = wholeValue(key, number, Math.floor(random() ** 2 * 60_000));
  const ways = [
    async () => {
      await cache.set(key, value, { validator: String(number) });
      tell(`stored ${key} ${number}`);
    },
    async () => {
      await cache.setStream(key, pieces(value));
      tell(`stored ${key} ${number}`);
    },
    async () => {
      const got = await getOrCreate(cache, key, async () => value, { onProblem: () => {} });
      readValue(key, got);
    },
    async () => {
      await cache.lock(key, async (signal) => {
        await cache.set(key, value, { signal });
        tell(`stored ${key} ${number}`);
      });
    },
    async () => {
      tell(`removing ${key} ${number}`);
      await cache.delete(key);
    },
    async () => {
      const got = await cache.get(key);
      if (got !== undefined) readValue(key, got);
    },
    async () => void (await cache.pin(key)),
    async () => void (await cache.stat(key)),
    async () => void (random() < 0.1 ? await repair(cache) : await verify(cache)),
    async () => {
      await cache.close();
      cache = createFileCache({ folder });
    },
  ];
  try {
    await ways[Math.floor(random() * ways.length)]();
    counts.done++;
  } catch (error) {
    counts.failed++;
    // The system's own errors, and ours; anything else was not foreseen, and a wrong value is the worst of all.
    if (error.code === undefined && error.tag === undefined) tell(`wrong ${error.stack?.replaceAll("\n", " ")}`);
  }
}
await cache.close().catch(() => {});
tell(`end ${counts.done} ${counts.failed}`);
