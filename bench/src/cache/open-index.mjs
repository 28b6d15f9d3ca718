// Opens the image index of the facade, and asks a server that has nothing new.
import { IsicApi } from "isic/node";
import { fakeArchive } from "./fake-archive.mjs";

const [, , family, folder, count] = process.argv;
const maxRss = () => Math.round(process.resourceUsage().maxRSS / 1024);
const { fetch, spent } = fakeArchive(family, Number(count));
const baseUrl = family === "v1" ? "https://archive.example" : "https://api.isic-archive.com";
const api = await IsicApi.connect({ family, baseUrl, fetch, cacheFolder: folder });
const timed = async (run) => {
  const before = spent.ms;
  const start = performance.now();
  await run();
  return performance.now() - start - (spent.ms - before);
};

const openMs = await timed(async () => {
  if (!(await api.loadCache())) throw new Error("there was no index");
});
const openRss = maxRss();
// Node loads its own fetch, 20 to 40 ms of modules, at the first Request of a process. The stub's answers did that within
// the time that is taken off, until requests were made by ky before it is called.
new Request(baseUrl);
const checks = [];
for (let i = 0; i < 5; i++) {
  checks.push(
    await timed(async () => {
      const { total, added } = await api.cacheImages();
      if (total !== Number(count) || added !== 0) throw new Error(`${total} records, ${added} of them new`);
    }),
  );
}
if (spent.requests !== checks.length) throw new Error(`${spent.requests} requests for ${checks.length} checks`);
process.send({ openMs, openRss, checks, rss: maxRss() }, () => process.exit(0));
