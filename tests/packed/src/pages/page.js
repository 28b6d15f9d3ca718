// The page that every bundler builds: the sample archive in it, a photo, its superpixels from the worker pool, IndexedDB.
import { createSampleArchive } from "@isic/sample-archive";
import { createBrowserCodecs, IsicApi } from "isic/browser";

const TICK_MS = 10;
const archive = createSampleArchive({ images: 12 });
// Where a bundler does not see the workers' script by itself, the page says where it lies.
const { worker } = document.documentElement.dataset;
const codecs = createBrowserCodecs(worker === undefined ? {} : { worker });

async function sha256(data) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The longest time that the page was held up for while `work` ran, and how often its timer ticked. */
async function watched(work) {
  let ticks = 0;
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    ticks++;
  }, TICK_MS);
  const started = performance.now();
  const result = await work();
  clearInterval(timer);
  return { result, ticks, longest, took: performance.now() - started };
}

async function visit() {
  let requests = 0;
  const warnings = [];
  const fetch = (request) => {
    requests++;
    return archive.fetch(request);
  };
  const onWarning = (message) => warnings.push(message);
  const api = await IsicApi.connect({ baseUrl: archive.v2Url, fetch, codecs, onWarning });
  const image = await api.image("ISIC_0000000");
  const raster = await image.loadImageData();
  const { result: superpixels, ...times } = await watched(() => image.loadSuperpixels());
  return {
    requests,
    warnings,
    ...times,
    origins: image.origins,
    size: [raster.width, raster.height],
    pixels: await sha256(raster.data),
    count: superpixels.max + 1,
    labels: await sha256(superpixels.idx.data),
  };
}

/** Once over the network, once from what the first visit left. */
async function walk() {
  const first = await visit();
  return { first, again: await visit() };
}

globalThis.walked = walk().catch((error) => ({ error: String(error?.stack ?? error) }));
