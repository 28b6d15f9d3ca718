import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";

const sources = fileURLToPath(new URL("../../src/", import.meta.url));

/** The sources as plain JavaScript modules in a folder of their own: what threads and pages can load. */
export interface Compiled {
  readonly folder: string;
  url(path: string): string;
  remove(): Promise<void>;
}

/** Compiles the sources of superpixels, without checking their types. */
export async function compileSlic(): Promise<Compiled> {
  const folder = await mkdtemp(join(tmpdir(), "isic-slic-"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  const files = (await readdir(sources, { recursive: true })).filter((file) =>
    /^(slic|generated)[\\/].*\.ts$/.test(file),
  );
  for (const file of files) {
    const { outputText } = ts.transpileModule(await readFile(join(sources, file), "utf8"), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
      },
    });
    const target = join(folder, file.replace(/\.ts$/, ".js"));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, outputText);
  }
  return {
    folder,
    url: (path) => pathToFileURL(join(folder, path)).href,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
