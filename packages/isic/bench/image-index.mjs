// How long does it take to open an index of 600 000 records of today's archive, and how much memory?
// `pnpm run build` first, then `node bench/image-index.mjs [records]`. Each measurement is a process of its own.
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const [step, folder, count] = process.argv.slice(2);
const HOST = "https://archive.example";
const DIAGNOSES = ["Nevus", "Melanoma in situ", "Melanoma Invasive", "Basal cell carcinoma", "Seborrheic keratosis"];

/** A record with what most records have, and as many distinct values. */
function record(i) {
  const isic_id = `ISIC_${String(i).padStart(7, "0")}`;
  const random = Math.imul(i + 1, 0x9e3779b1) >>> 0;
  const file = (name, size) => ({ url: `https://files.example/${name}`, size });
  return {
    isic_id,
    copyright_license: ["CC-0", "CC-BY", "CC-BY-NC"][random % 3],
    attribution: `Clinic ${random % 60}`,
    files: {
      full: file(`images/${isic_id}.jpg`, 20_000 + (random % 2_000_000)),
      thumbnail_256: file(`thumbnails/${isic_id}_thumbnail.jpg`, 4000 + (random % 20_000)),
    },
    metadata: {
      acquisition: { pixels_x: 600 + (random % 4000), pixels_y: 450 + (random % 3000), image_type: "dermoscopic" },
      clinical: {
        age_approx: 5 * (random % 18),
        sex: random % 2 === 0 ? "female" : "male",
        patient_id: `IP_${String(random % 60_000).padStart(7, "0")}`,
        lesion_id: `IL_${String(random % 250_000).padStart(7, "0")}`,
        diagnosis_1: random % 9 === 0 ? "Malignant" : "Benign",
        diagnosis_3: DIAGNOSES[random % DIAGNOSES.length],
        anatom_site_1: ["Trunk", "Head and neck", "Lower extremity"][random % 3],
        melanocytic: random % 4 !== 0,
        ...(random % 5 === 0 ? { mel_thick_mm: (random % 90) / 10 } : {}),
      },
    },
    public: true,
  };
}

async function connect(requests) {
  const { IsicApi } = await import("../dist/node.js");
  const fetch = async (request) => {
    requests.push(request.url);
    const last = record(Number(count) - 1);
    return Response.json({ results: [last], count: null, next: null, previous: null });
  };
  return IsicApi.connect({ baseUrl: HOST, fetch, cacheFolder: folder });
}

/** Time at work, of all threads: what a busy machine does not change. */
const cpuMs = (since) => {
  const { user, system } = process.cpuUsage(since);
  return Math.round((user + system) / 1000);
};
const megabytes = () => Math.round(process.resourceUsage().maxRSS / 1024);

const steps = {
  async make() {
    const [{ ColumnTable }, { indexToBytes }, { writeState }, { Store }, { createFileCache }] = await Promise.all([
      import("../dist/image-index/column-table.js"),
      import("@isic/select/columns"),
      import("../dist/image-index/kept.js"),
      import("../dist/store.js"),
      import("@isic/cache-fs"),
    ]);
    const table = new ColumnTable();
    for (let i = 0; i < Number(count); i += 10_000) {
      table.append(Array.from({ length: Math.min(10_000, Number(count) - i) }, (_, k) => record(i + k)));
    }
    const cache = createFileCache({ folder });
    const store = new Store(cache, "archive.example", "anonymous", console.warn);
    const bytes = indexToBytes(table.index);
    await store.set(store.key("imcolumns", "0".repeat(24), "base-1"), bytes);
    const last = record(Number(count) - 1).isic_id;
    const position = { page: `${HOST}/api/v2/images/?cursor=x`, seen: [last] };
    await writeState(store, { position, isComplete: true, base: 1, shards: [] });
    await cache.close();
    return { megabytesOnDisk: Math.round(bytes.length / 1e6) };
  },
  async open() {
    const api = await connect([]);
    const started = performance.now();
    const cpu = process.cpuUsage();
    await api.loadCache();
    const opened = performance.now();
    const openCpuMs = cpuMs(cpu);
    const selection = await api.selectImages(["metadata.clinical.diagnosis_3", "==", "Melanoma in situ"]);
    const selected = performance.now();
    return {
      openMs: Math.round(opened - started),
      openCpuMs,
      selectMs: Math.round(selected - opened),
      selected: selection.size,
      maxRssMb: megabytes(),
    };
  },
  async update() {
    const requests = [];
    const api = await connect(requests);
    await api.loadCache();
    await api.cacheImages();
    const first = requests.length;
    const started = performance.now();
    await api.cacheImages();
    return {
      requests: requests.length - first,
      againMs: Math.round(performance.now() - started),
      maxRssMb: megabytes(),
    };
  },
};

if (step in steps) {
  console.log(JSON.stringify(await steps[step]()));
} else {
  const records = step ?? "600000";
  const own = await mkdtemp(join(tmpdir(), "isic-index-"));
  const run = (name) =>
    JSON.parse(
      execFileSync(process.execPath, [fileURLToPath(import.meta.url), name, own, records], { encoding: "utf8" }),
    );
  try {
    console.log(`${records} records:`, run("make"), run("open"), run("update"));
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}
