// Writes and reads until it is killed. What is committed is told on stdout, one line each.
import { writeSync } from "node:fs";
import { getOrCreate } from "@isic/cache";
import { createFileCache } from "@isic/cache-fs";
import { readValue, wholeValue } from "./values.mjs";

const [, , folder, name, start] = process.argv;
const cache = createFileCache({ folder });
const PLACE = "h.org/anonymous";
const own = (i) => `${PLACE}/image/${name}${i % 10}/x.bin`;
const shared = (i) => `${PLACE}/spimg/c${i % 10}`;
const tell = (line) => writeSync(1, `${line}\n`);
const lengthOf = () => Math.floor(Math.random() ** 3 * 300_000);

tell("ready");
for (let number = Number(start); ; number++) {
  const mine = own(number);
  await cache.set(mine, wholeValue(mine, number, lengthOf()), { validator: String(number) });
  tell(`committed ${mine} ${number}`);
  const ours = shared(Math.floor(Math.random() * 10));
  if (number % 3 === 0) await cache.set(ours, wholeValue(ours, number, lengthOf()));
  else if (number % 3 === 1) await getOrCreate(cache, `${ours}f`, async () => wholeValue(`${ours}f`, number, 1000));
  else await cache.lock(ours, () => cache.set(ours, wholeValue(ours, number, lengthOf())));
  for (const key of [shared(number), own(number + 3)]) {
    const value = await cache.get(key);
    if (value !== undefined) readValue(key, value);
  }
}
