// Takes a lock again and again, and writes under it who was there: all lines of one visit, or those until the lock was lost.
import { writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lockFile, openLineFile, writeWhole } from "@isic/cache-fs/files";

const [, , folder, name] = process.argv;
for (let visit = 0; ; visit++) {
  const lock = await lockFile(join(folder, "x.lock"));
  try {
    const file = openLineFile(join(folder, "visits.txt"), { lock });
    for (let step = 0; step < 5; step++) {
      file.append(`${name} ${visit}`);
      await sleep(Math.random() * 4);
    }
    file.close();
    await writeWhole(join(folder, "last.txt"), `${name} ${visit}`, { lock });
  } catch (error) {
    if (error.tag !== "LockLostError") throw error;
    writeSync(1, "lost\n");
  } finally {
    await lock.release();
  }
}
