// Takes a lock, and appends lines under it until it is stopped or has lost it.
import { writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lockFile, openLineFile } from "@isic/cache-fs/files";

const folder = process.argv[2];
const lock = await lockFile(join(folder, "x.lock"));
writeSync(1, "locked\n");
try {
  const file = openLineFile(join(folder, "list.jsonl"), { lock });
  for (let number = 0; ; number++) {
    file.append(String(number));
    await sleep(2);
  }
} catch (error) {
  writeSync(1, `${error.tag}\n`);
} finally {
  await lock.release();
}
