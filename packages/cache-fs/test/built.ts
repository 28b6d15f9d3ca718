/** Scripts for child processes, bundled with the sources they import, so that they run without a build. */
import { join } from "node:path";
import { build } from "esbuild";

/** Bundles a script of `test/children` into a folder; gives its path. */
export async function bundleInto(folder: string, name: string): Promise<string> {
  const outfile = join(folder, name);
  await build({
    entryPoints: [join(import.meta.dirname, "children", name)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@isic/source"],
    logLevel: "error",
  });
  return outfile;
}
