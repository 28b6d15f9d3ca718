// In a page the test server unzips `.gz` on the way, so the files are looked at in Node only.
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasRealData, real, withoutRealData } from "@isic/fixtures";
import { describe, expect, test } from "vitest";
import {
  type Bytes,
  checkContent,
  decodeGzipJson,
  decodeIndexNpz,
  encodeGzipJson,
  encodeIndexNpz,
} from "../src/index.ts";

const check = (type: string, value: Bytes): Promise<string | undefined> =>
  checkContent(`h.org/anonymous/${type}/0a/x`, value);

test.skipIf(!hasRealData)(`the Python client's own files are good ${hasRealData ? "" : withoutRealData}`, async () => {
  const images = await real("imcache_000000000000000000000000.json.gz");
  const segmentations = await real("sgcache_000000000000000000000000.json.gz");
  expect(await check("imcache", images)).toBe(undefined);
  expect(await check("sgcache", segmentations)).toBe(undefined);
  expect(Object.keys(await decodeGzipJson<object>(images))).toHaveLength(4010);
  expect(Object.keys(await decodeGzipJson<object>(segmentations))).toHaveLength(4697);
  expect(await check("image", await real("images/ISIC_0000000.jpg"))).toBe(undefined);
});

const ID = "5436e3abbae478396759f0cf";
const ZERO = "0".repeat(24);

const numpy = (() => {
  try {
    return execFileSync("python3", ["-c", "import numpy; print(numpy.__version__)"], {
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  } catch {
    return undefined;
  }
})();

describe.skipIf(numpy === undefined)(`NumPy ${numpy ?? "left out: python3 with numpy is not installed here"}`, () => {
  test("reads our npz and gzip JSON, and we read its npz", async () => {
    const folder = await mkdtemp(join(tmpdir(), "isic-numpy-"));
    const data = Int32Array.from({ length: 61 * 47 }, (_, i) => (i * 7919) % 2_000_003);
    await writeFile(join(folder, `spidx_${ID}.npz`), await encodeIndexNpz({ width: 61, height: 47, data }));
    await writeFile(join(folder, `imcache_${ZERO}.json.gz`), await encodeGzipJson({ [ID]: { _id: ID, name: "é" } }));
    const script = `
import gzip, json, numpy, sys
folder = sys.argv[1]
with numpy.load(folder + "/spidx_${ID}.npz") as file:
    assert file.files == ["idx"], file.files
    idx = file["idx"]
print(idx.dtype.str, idx.shape, int(idx.sum()), int(idx[46, 60]), bool(idx.flags["C_CONTIGUOUS"]))
with gzip.open(folder + "/imcache_${ZERO}.json.gz") as file:
    print(json.loads(file.read().decode("utf-8"))["${ID}"]["name"])
numpy.savez_compressed(folder + "/spidx_${"b".repeat(24)}", idx=idx + 1)
numpy.savez(folder + "/plain.npz", idx=idx)
`;
    const lines = execFileSync("python3", ["-c", script, folder], {
      encoding: "utf8",
      env: { ...process.env, PYTHONIOENCODING: "utf-8" },
    });
    const sum = data.reduce((total, label) => total + label, 0);
    expect(lines.trim().split("\n")).toEqual([`<i4 (47, 61) ${sum} ${data.at(-1)} True`, "é"]);
    const back = await decodeIndexNpz(new Uint8Array(await readFile(join(folder, `spidx_${"b".repeat(24)}.npz`))));
    expect(back.data).toEqual(data.map((label) => label + 1));
    expect((await decodeIndexNpz(new Uint8Array(await readFile(join(folder, "plain.npz"))))).data).toEqual(data);
    await rm(folder, { recursive: true });
  });
});
