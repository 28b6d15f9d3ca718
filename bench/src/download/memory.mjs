// Downloads everything a server has, and prints the memory of this process at several points on the way.
import { download, downloadSource, openClient } from "isic/node";

const [api, target] = process.argv.slice(2);
const EVERY = 2000;

const { client } = await openClient({ baseUrl: api, concurrency: 16 });
const points = [];
const { failed } = await download(await downloadSource(client, {}), target, {
  onProgress: ({ done }) => {
    if (done === 500 || done % EVERY === 0) points.push(look(done));
  },
});
process.stdout.write(JSON.stringify({ failed: failed.length, points, end: look(points.at(-1).done) }));

/** Resident memory in passing; the heap after a collection, which is what would grow. */
function look(done) {
  const { rss } = process.memoryUsage();
  globalThis.gc();
  return { done, rss, heap: process.memoryUsage().heapUsed };
}
