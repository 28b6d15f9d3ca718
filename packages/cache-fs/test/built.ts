/** The sources as plain JavaScript in a folder, so that child processes can run them without a build. */
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";

const PACKAGES = resolve(import.meta.dirname, "../..");

/** A folder whose `.mjs` files may import `@isic/cache` and `@isic/cache-fs`. */
export async function buildInto(folder: string): Promise<string> {
  for (const name of ["cache", "cache-fs"]) {
    const target = join(folder, "node_modules/@isic", name);
    const source = join(PACKAGES, name, "src");
    for (const path of await readdir(source, { recursive: true })) {
      if (!path.endsWith(".ts")) continue;
      const text = await readFile(join(source, path), "utf8");
      const { outputText } = ts.transpileModule(text, {
        compilerOptions: {
          target: ts.ScriptTarget.ES2022,
          module: ts.ModuleKind.ESNext,
          rewriteRelativeImportExtensions: true,
          verbatimModuleSyntax: true,
        },
      });
      const out = join(target, path.replace(/\.ts$/, ".js"));
      await mkdir(dirname(out), { recursive: true });
      await writeFile(out, outputText);
    }
    await writeFile(join(target, "package.json"), JSON.stringify({ type: "module", exports: "./index.js" }));
  }
  return folder;
}

/** Puts a script of `test/children` beside the built packages; gives its path. */
export async function scriptIn(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  await cp(join(import.meta.dirname, "children", name), path);
  return path;
}
