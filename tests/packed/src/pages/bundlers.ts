// How each bundler builds the page, from the tarballs as they lie in the consumer's node_modules.
import { execFile } from "node:child_process";
import { copyFile, cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build as esbuild, type Metafile } from "esbuild";

const run = promisify(execFile);

/** The script of the pool's workers, for bundlers that do not see it in core-wasm. */
const WORKER = "@isic/core-wasm/slic/pool/worker";

/** A page to be built. */
export interface Site {
  /** `page.js` lies here, below the consumer, so that the packages are found. */
  readonly folder: string;
  /** What is to be served. */
  readonly out: string;
  /** Where bundlers that are not the workspace's are installed. */
  readonly tools: string;
}

export interface Bundler {
  readonly name: string;
  /** Packages to install for it, with exact versions. */
  readonly packages: readonly string[];
  build(site: Site): Promise<void>;
}

/** The document; `worker` says where the workers' script is. */
function html(script: string, { worker, head = "" }: { worker?: string; head?: string } = {}): string {
  const data = worker === undefined ? "" : ` data-worker="${worker}"`;
  return `<!doctype html><html lang="en"${data}><head><meta charset="utf-8"><title>page</title>${head}</head><body>${script}</body></html>\n`;
}

const moduleScript = (file: string): string => `<script type="module" src="${file}"></script>`;

/** A package of the tools' folder, as its own files import it. */
async function tool<T>({ tools }: Site, name: string): Promise<T> {
  const require = createRequire(join(tools, "package.json"));
  const module = (await import(pathToFileURL(require.resolve(name)).href)) as { default?: T };
  return module.default ?? (module as T);
}

/** Both versions of it are called in the same way. */
async function buildWithVite(vite: Pick<typeof import("vite"), "build">, { folder, out }: Site): Promise<void> {
  await writeFile(join(folder, "index.html"), html(moduleScript("/page.js")));
  await vite.build({ configFile: false, root: folder, logLevel: "warn", build: { outDir: out, emptyOutDir: true } });
}

export const VITE_8: Bundler = {
  name: "Vite 8",
  packages: [],
  build: async (site) => buildWithVite(await import("vite"), site),
};

export const ESBUILD: Bundler = {
  name: "esbuild",
  packages: [],
  async build({ folder, out }) {
    await esbuild({
      entryPoints: { page: "page.js", worker: WORKER },
      absWorkingDir: folder,
      outdir: out,
      bundle: true,
      minify: true,
      splitting: true,
      format: "esm",
      logLevel: "error",
    });
    await writeFile(join(out, "index.html"), html(moduleScript("/page.js"), { worker: "/worker.js" }));
  },
};

export const VITE_7: Bundler = {
  name: "Vite 7",
  packages: ["vite@7.3.8"],
  async build(site) {
    const file = join(site.tools, "node_modules/vite/dist/node/index.js");
    await buildWithVite((await import(pathToFileURL(file).href)) as typeof import("vite"), site);
  },
};

export const ROLLUP: Bundler = {
  name: "Rollup",
  packages: ["rollup@4.68.8", "@rollup/plugin-node-resolve@16.0.3"],
  async build(site) {
    type Build = { write(options: object): Promise<unknown>; close(): Promise<void> };
    const { rollup } = await tool<{ rollup(options: object): Promise<Build> }>(site, "rollup");
    const resolve = await tool<(options: object) => object>(site, "@rollup/plugin-node-resolve");
    const built = await rollup({
      input: { page: join(site.folder, "page.js"), worker: WORKER },
      plugins: [resolve({ browser: true, rootDir: site.folder, jail: "/" })],
      onwarn: () => {},
    });
    await built.write({ dir: site.out, format: "es", entryFileNames: "[name].js" });
    await built.close();
    await writeFile(join(site.out, "index.html"), html(moduleScript("/page.js"), { worker: "/worker.js" }));
  },
};

export const WEBPACK: Bundler = {
  name: "webpack 5",
  packages: ["webpack@5.113.0"],
  async build(site) {
    type Stats = { hasErrors(): boolean; toString(options: object): string };
    type Run = (options: object, done: (error: Error | null, stats?: Stats) => void) => void;
    const webpack = await tool<Run>(site, "webpack");
    const options = {
      mode: "production",
      context: site.folder,
      entry: "./page.js",
      output: { path: site.out, filename: "page.js", publicPath: "/" },
      performance: { hints: false },
    };
    await new Promise<void>((done, failed) => {
      webpack(options, (error, stats) => {
        if (error) failed(error);
        else if (stats?.hasErrors()) failed(new Error(stats.toString({ all: false, errors: true })));
        else done();
      });
    });
    await writeFile(join(site.out, "index.html"), html('<script defer src="/page.js"></script>'));
  },
};

export const PARCEL: Bundler = {
  name: "Parcel",
  packages: ["parcel@2.16.4"],
  async build({ folder, out, tools }) {
    // Without this in the project's own package.json, Parcel does not read the `exports` of packages.
    const project = join(folder, "../../package.json");
    const manifest: unknown = JSON.parse(await readFile(project, "utf8"));
    const options = { "@parcel/resolver-default": { packageExports: true } };
    await writeFile(project, JSON.stringify(Object.assign(manifest as object, options)));
    await writeFile(join(folder, "index.html"), html(moduleScript("./page.js")));
    const bin = join(tools, "node_modules/parcel/lib/bin.js");
    const words = ["build", "index.html", "--dist-dir", out, "--no-cache", "--no-source-maps", "--log-level", "warn"];
    await run(process.execPath, [bin, ...words], { cwd: folder });
  },
};

/** The packages' files as they are, found by an import map. */
export const NO_BUNDLER: Bundler = {
  name: "no bundler (import map)",
  packages: [],
  async build({ folder, out }) {
    // esbuild only says which file each bare import means.
    const { metafile } = await esbuild({
      entryPoints: ["page.js"],
      absWorkingDir: folder,
      bundle: true,
      splitting: true,
      outdir: out,
      format: "esm",
      write: false,
      metafile: true,
      logLevel: "error",
    });
    await mkdir(out, { recursive: true });
    const served = new Map<string, string>();
    for (const path of Object.keys(metafile.inputs).filter((each) => each !== "page.js")) {
      const [name = ""] = path.split("node_modules/").slice(-1);
      served.set(path, `/modules/${name}`);
      await mkdir(join(out, "modules", name, ".."), { recursive: true });
      await copyFile(join(folder, path), join(out, "modules", name));
    }
    // No import leads to the workers' script: core-wasm finds it beside its own file, with what it imports.
    const core = await realFolderOf(metafile, folder);
    await cp(core, join(out, "modules/@isic/core-wasm/dist"), { recursive: true });
    await copyFile(join(folder, "page.js"), join(out, "page.js"));
    const importMap = JSON.stringify({ imports: bareImports(metafile, served) });
    const head = `<script type="importmap">${importMap}</script>`;
    await writeFile(join(out, "index.html"), html(moduleScript("/page.js"), { head }));
  },
};

function bareImports({ inputs }: Metafile, served: ReadonlyMap<string, string>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { imports } of Object.values(inputs)) {
    for (const { original, path } of imports) {
      if (original === undefined || /^[./]/.test(original)) continue;
      const target = served.get(path);
      if (target === undefined) continue;
      const known = found[original] ?? target;
      if (known !== target) throw new Error(`Two files are meant by "${original}": ${known} and ${target}.`);
      found[original] = target;
    }
  }
  return found;
}

async function realFolderOf({ inputs }: Metafile, folder: string): Promise<string> {
  const file = Object.keys(inputs).find((path) => /core-wasm\/dist\/index\.js$/.test(path));
  if (file === undefined) throw new Error("The page does not import @isic/core-wasm.");
  return join(folder, file, "..");
}

/** `isic/browser` as a service worker: in one file, or in chunks of which the later ones cannot be loaded there. */
export async function buildServiceWorker(site: Site, how: { readonly split: boolean }): Promise<void> {
  await esbuild({
    entryPoints: ["service-worker.js"],
    absWorkingDir: site.folder,
    outdir: site.out,
    bundle: true,
    minify: true,
    splitting: how.split,
    format: "esm",
    logLevel: "error",
  });
  await writeFile(join(site.out, "index.html"), html(""));
}

/** A page's source, in a folder of its own below the consumer. */
export async function createSite(consumer: string, tools: string, name: string): Promise<Site> {
  const folder = join(consumer, "pages", name.replaceAll(/[^A-Za-z0-9]+/g, "-"));
  await mkdir(folder, { recursive: true });
  for (const file of ["page.js", "service-worker.js"])
    await writeFile(join(folder, file), await readFile(join(import.meta.dirname, file)));
  return { folder, out: join(folder, "out"), tools };
}
