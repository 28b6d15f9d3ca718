// A program that esbuild has bundled: what it needs of the pool's workers, and what it is told without it.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isic-bundled-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a bundled program prints whose pool has these options. */
async function run(name: string, options: string): Promise<string> {
  const pool = fileURLToPath(new URL("../src/slic/pool/node.ts", import.meta.url));
  const contents = `
    import { createSlicPool } from ${JSON.stringify(pool)};
    const data = new Uint8Array(64 * 48);
    const pool = createSlicPool(${options});
    pool.compute({ width: 64, height: 48, channels: 1, data }, { segments: 12 })
      .then((labels) => console.log(labels.count), (error) => console.log(error.tag, error.message));`;
  const outfile = join(folder, `${name}.mjs`);
  const common = { bundle: true, format: "esm", platform: "node" } as const;
  await build({ ...common, stdin: { contents, resolveDir: folder }, outfile });
  const worker = fileURLToPath(new URL("../src/slic/pool/worker.node.ts", import.meta.url));
  await build({ ...common, entryPoints: [worker], outfile: join(folder, "slic-worker.mjs") });
  return (await promisify(execFile)(process.execPath, [outfile])).stdout.trim();
}

it("says where the script of the workers was looked for, and what to do", async () => {
  const said = await run("without", "{ workers: 1 }");
  expect(said).toMatch(/^SlicWorkerError Worker script not found at file:.*worker\.node\.js\. .* as `worker`/);
});

it("computes with the script as an entry of its own", async () => {
  expect(await run("with", '{ workers: 1, worker: new URL("./slic-worker.mjs", import.meta.url) }')).toBe("12");
});
