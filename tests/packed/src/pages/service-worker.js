// `isic/browser` in a service worker, which knows no workers of its own and may import nothing later.
import { createSampleArchive } from "@isic/sample-archive";
import { IsicApi } from "isic/browser";

async function walk() {
  const archive = createSampleArchive({ images: 12, smallPhotos: true });
  const warnings = [];
  const onWarning = (message) => warnings.push(message);
  const api = await IsicApi.connect({ baseUrl: archive.v2Url, fetch: archive.fetch, cacheName: "sw", onWarning });
  const image = await api.image("ISIC_0000000");
  const { width } = await image.loadImageData();
  const { max } = await image.loadSuperpixels();
  return { width, count: max + 1, warnings: warnings.length };
}

self.addEventListener("message", (event) => {
  const answer = walk().catch((error) => ({ error: String(error), tag: error?.tag }));
  event.waitUntil(answer.then((value) => event.ports[0].postMessage(value)));
});
