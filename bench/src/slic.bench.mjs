// Superpixels beside scikit-image (Debian: python3-skimage 0.19.3), in turn on the same pictures, one thread each; then
// one thread beside two that split the picture, and beside two that compute one picture each: what the machine gives.
// Sizes ("6000x4000") measure only these, `--large` lets scikit-image compute the 24 megapixels too (half a minute or
// more), `--child` is for this file itself.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { computeSuperpixelsSync } from "@isic/core-wasm/slic";
import { createSlicPool } from "@isic/core-wasm/slic/pool/node";

const LARGEST = [6000, 4000];
const named = process.argv.filter((word) => /^\d+x\d+$/.test(word)).map((word) => word.split("x").map(Number));
const SIZES = named.length > 0 ? named : [[1022, 767], [2048, 1536], [2816, 2112], LARGEST];

/** Something like a photo of a lesion: soft blobs, skin texture, hairs and noise, from a fixed seed. */
function photo(width, height) {
  const data = new Uint8Array(width * height * 3);
  let state = 1;
  const step = 900 / Math.max(width, height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = x * step;
      const v = y * step;
      const lesion =
        1 /
        (1 + Math.exp((Math.hypot(u - 430, (v - 330) * 1.2) - 190 - 30 * Math.sin(u / 40) * Math.cos(v / 33)) / 12));
      const skin = 10 * Math.sin(u / 9 + 3 * Math.sin(v / 21)) + 8 * Math.cos(v / 7 + 2 * Math.cos(u / 17));
      const hair = Math.abs(Math.sin((u + 1.7 * v) / 47 + Math.sin(v / 60))) < 0.03 ? 70 : 0;
      for (const [base, depth] of [
        [205, 90],
        [160, 100],
        [140, 85],
      ]) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        data[at++] = Math.max(0, Math.min(255, base - depth * lesion + skin - hair + ((state >>> 24) % 13) - 6));
      }
    }
  }
  return { width, height, channels: 3, data };
}

const hash = (labels) => createHash("sha256").update(new Uint8Array(labels.data.buffer)).digest("hex");
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/** Wall and processor milliseconds of some runs of each, in turn, so that a busy neighbour meets all of them. */
async function measure(runs, computations) {
  const all = computations.map((compute) => ({ compute, walls: [], cpus: [], hashes: new Set() }));
  for (let run = 0; run < runs; run++) {
    for (const each of all) {
      const cpu = process.cpuUsage();
      const start = performance.now();
      const labels = await each.compute();
      each.walls.push(performance.now() - start);
      const { user, system } = process.cpuUsage(cpu);
      each.cpus.push((user + system) / 1000);
      each.hashes.add(hash(labels));
    }
  }
  return all.map(({ walls, cpus, hashes }) => ({
    wall: median(walls),
    best: Math.min(...walls),
    cpu: median(cpus),
    hash: [...hashes].join(),
  }));
}

const PYTHON = `
import hashlib, json, sys, time
import numpy as np
from skimage.segmentation import slic
path, width, height, runs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
image = np.fromfile(path, dtype=np.uint8).reshape(height, width, 3)
walls, cpus = [], []
for _ in range(runs):
    wall, cpu = time.perf_counter(), time.process_time()
    labels = slic(image, n_segments=1000, compactness=0.01, max_num_iter=10, sigma=2.0, enforce_connectivity=True,
                  min_size_factor=0.5, max_size_factor=3, slic_zero=True, start_label=0)
    walls.append((time.perf_counter() - wall) * 1000)
    cpus.append((time.process_time() - cpu) * 1000)
print(json.dumps({"wall": sorted(walls)[runs // 2], "cpu": sorted(cpus)[runs // 2],
                  "hash": hashlib.sha256(labels.astype("<i4").tobytes()).hexdigest()}))
`;

/** The same by scikit-image; undefined where there is none. */
function scikit(file, width, height, runs) {
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  for (const python of ["/usr/bin/python3", "python3"]) {
    const words = ["-c", PYTHON, file, String(width), String(height), String(runs)];
    const { status, stdout } = spawnSync(python, words, { env, encoding: "utf8" });
    if (status === 0) return JSON.parse(stdout);
  }
  return undefined;
}

const ms = (value) => (value === undefined ? "-" : `${value.toFixed(0)} ms`).padStart(10);
const times = (value) => (value === undefined ? "-" : `${value.toFixed(2)} x`).padStart(8);

/** Until the engine has made its better code and the threads have started. */
async function warmUp(pool) {
  const raster = photo(1022, 767);
  for (let run = 0; run < 3; run++) {
    computeSuperpixelsSync(raster);
    await pool.compute(raster, { split: true });
  }
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), "isic-slic-bench-"));
  const pool = createSlicPool({ workers: 2 });
  const large = process.argv.includes("--large");
  console.log("wall = elapsed, cpu = processor time, medians; x = scikit-image / ours.");
  console.log("2 threads = best of one thread / best of two that split it; limit = the same for a picture each.");
  console.log(
    "picture      scikit wall  scikit cpu  ours wall   ours cpu   x wall    x cpu  ns/pixel(cpu)  2 threads    limit  labels",
  );
  try {
    for (const [width, height] of SIZES) {
      const raster = photo(width, height);
      const pixels = width * height;
      await warmUp(pool);
      const [ours, two, each] = await measure(Math.max(3, Math.min(25, Math.round(3e7 / pixels))), [
        () => computeSuperpixelsSync(raster),
        () => pool.compute(raster, { split: true }),
        async () => (await Promise.all([1, 2].map(() => pool.compute(raster, { split: false }))))[0],
      ]);
      const file = join(folder, "picture.rgb");
      writeFileSync(file, raster.data);
      const theirs = pixels < 1e7 || large ? scikit(file, width, height, pixels > 1e7 ? 1 : 3) : undefined;
      const same = two.hash === ours.hash && (theirs === undefined || theirs.hash === ours.hash);
      console.log(
        `${`${width}x${height}`.padEnd(10)} ${ms(theirs?.wall)}  ${ms(theirs?.cpu)} ${ms(ours.wall)} ${ms(ours.cpu)}`,
        `${times(theirs && theirs.wall / ours.wall)} ${times(theirs && theirs.cpu / ours.cpu)}`,
        `${((ours.cpu * 1e6) / pixels).toFixed(0).padStart(13)}   ${times(ours.best / two.best)}`,
        `${times((2 * ours.best) / each.best)}  ${same ? "equal" : "DIFFERENT"}`,
      );
      if (!same) process.exitCode = 1;
    }
  } finally {
    pool.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "--child"], { encoding: "utf8" });
  console.log(child.stdout.trim());
}

if (process.argv.includes("--child")) {
  const [width, height] = LARGEST;
  computeSuperpixelsSync(photo(width, height));
  const kilobytes = process.resourceUsage().maxRSS;
  console.log(`memory of a process that computes ${width}x${height} once: ${(kilobytes / 1e6).toFixed(2)} GB (maxRSS)`);
} else {
  await main();
}
