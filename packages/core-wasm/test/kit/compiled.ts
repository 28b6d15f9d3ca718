import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const sources = fileURLToPath(new URL("../../src/", import.meta.url));

/** The sources as plain JavaScript modules in a folder of their own: what threads can load. */
export interface Compiled {
  url(path: string): string;
  remove(): Promise<void>;
}

/** Compiles the sources of superpixels, without checking their types. */
export async function compileSlic(): Promise<Compiled> {
  const folder = await mkdtemp(join(tmpdir(), "isic-slic-"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await build({
    entryPoints: ["index", "pool/node", "pool/worker.node"].map((entry) => join(sources, "slic", `${entry}.ts`)),
    outbase: sources,
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
  });
  return {
    url: (path) => pathToFileURL(join(folder, path)).href,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
