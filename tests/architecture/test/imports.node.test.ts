import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { cruise, type ICruiseResult, type IModule } from "dependency-cruiser";
import { beforeAll, describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../../..");

/** Which packages of the workspace each may import at run time or for types; see CONTRIBUTING.md. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "packages/core-wasm": [],
  "packages/select": [],
  "packages/cache": [],
  "packages/cache-fs": ["packages/cache"],
  "packages/cache-idb": ["packages/cache"],
  "packages/challenge": ["packages/cache-fs", "packages/core-wasm"],
  "packages/api-client": [],
  "packages/isic": [
    "packages/api-client",
    "packages/cache",
    "packages/cache-fs",
    "packages/cache-idb",
    "packages/challenge",
    "packages/core-wasm",
    "packages/select",
  ],
  "packages/sample-archive": ["packages/core-wasm", "packages/select"],
  "packages/cli": [
    "packages/api-client",
    "packages/cache",
    "packages/cache-fs",
    "packages/challenge",
    "packages/core-wasm",
    "packages/isic",
    "packages/sample-archive",
    "packages/select",
  ],
  "apps/viewer": ["packages/core-wasm", "packages/isic", "packages/sample-archive", "packages/select"],
};

/**
 * Folders of the facade that alone know that there are two servers, or how to reach one; and the readers of kept texts,
 * which take the count of what is in a JSON text from there, and no client.
 */
const MAY_REACH_CLIENTS = /^packages\/isic\/src\/(archive\/|node\/|node\.ts|codecs\/(gzip-json|nesting)\.ts$)/;

const packageOf = (path: string): string => path.split("/").slice(0, 2).join("/");

let modules: readonly IModule[];

beforeAll(async () => {
  const folders = Object.keys(MAY_IMPORT).map((name) => `${name}/src`);
  const { output } = await cruise(folders, {
    baseDir: root,
    doNotFollow: { path: ["node_modules", "/dist/"] },
    exclude: { path: ["/generated/"] },
    // Types are dependencies too, told apart from what runs.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { conditionNames: ["@isic/source", "import", "default"], exportsFields: ["exports"] },
  });
  modules = (output as ICruiseResult).modules.filter(({ source }) =>
    folders.some((folder) => source.startsWith(folder)),
  );
});

/** Every import of our sources by another of our sources. */
function imports(): { from: string; to: string; isType: boolean }[] {
  return modules.flatMap(({ source, dependencies }) =>
    dependencies
      .filter(({ resolved }) => /^(packages|apps)\/[^/]+\/src\//.test(resolved))
      .map(({ resolved, dependencyTypes }) => ({
        from: source,
        to: resolved,
        isType: dependencyTypes.includes("type-only"),
      })),
  );
}

describe("imports", () => {
  test("every source was read, and packages were resolved to their sources", () => {
    expect(modules.length).toBeGreaterThan(300);
    expect(imports().some(({ from, to }) => packageOf(from) !== packageOf(to))).toBe(true);
    const unresolved = modules.flatMap(({ source, dependencies }) =>
      dependencies.filter((each) => each.couldNotResolve).map(({ module }) => `${source} -> ${module}`),
    );
    expect(unresolved.filter((line) => !/generated|\.wasm|sharp/.test(line))).toEqual([]);
  });

  test("run down between packages, never up", () => {
    const wrong = imports().filter(
      ({ from, to }) => packageOf(from) !== packageOf(to) && !MAY_IMPORT[packageOf(from)]?.includes(packageOf(to)),
    );
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  test("make no circle at run time", () => {
    const next = new Map<string, string[]>();
    for (const { from, to, isType } of imports()) if (!isType) next.set(from, [...(next.get(from) ?? []), to]);
    expect(circleIn(next)).toBeUndefined();
  });

  test("reach a client only below the one seam to the servers", () => {
    const wrong = imports().filter(
      ({ from, to }) =>
        from.startsWith("packages/isic/") && to.startsWith("packages/api-client/") && !MAY_REACH_CLIENTS.test(from),
    );
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  test("load the plotting library only when a data sheet is drawn", () => {
    const found = modules.flatMap(({ source, dependencies }) =>
      dependencies
        .filter(({ module, dependencyTypes }) => module === "vega" && !dependencyTypes.includes("type-only"))
        .map(({ dynamic }) => `${source} ${dynamic ? "when asked" : "at import"}`),
    );
    expect(found).toEqual(["packages/isic/src/dataset/papers/share-plot.ts when asked"]);
  });
});

describe("folders are the architecture", () => {
  /** Files that lie beside the folders of a package although they are no entry point, because all of its folders need them. */
  const LOOSE: Readonly<Record<string, readonly string[]>> = {
    // Checks of arguments, for every folder.
    "packages/core-wasm": ["check.ts"],
    // The bounds of every reader, in one table.
    "packages/challenge": ["bounds.ts"],
    // One subject, too small for folders: the cache, its database and its lock.
    "packages/cache-idb": ["idb-cache.ts", "idb-store.ts", "database.ts", "lock.ts"],
    // The object that the package is for.
    "packages/isic": ["api.ts"],
    "packages/sample-archive": ["sample-archive.ts"],
    // What every command goes through: the words of the command line, and how a run ends.
    "packages/cli": ["program.ts", "run.ts"],
    // One page.
    "apps/viewer": ["facts.ts", "image-list.ts", "main.ts", "selection.ts", "session.ts", "superpixel-canvas.ts"],
  };

  test.each(Object.keys(MAY_IMPORT))("%s has no loose file but entries", (name) => {
    const files = readdirSync(resolve(root, name, "src"), { withFileTypes: true });
    const loose = files.filter((file) => file.isFile() && file.name.endsWith(".ts")).map((file) => file.name);
    const allowed = ["index.ts", "node.ts", "browser.ts", "errors.ts", "types.ts", ...(LOOSE[name] ?? [])];
    expect(loose.filter((file) => !allowed.includes(file))).toEqual([]);
  });
});

/** The files of a circle, or nothing. */
function circleIn(next: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] | undefined => {
    if (done.has(file)) return undefined;
    const seen = path.indexOf(file);
    if (seen >= 0) return [...path.slice(seen), file];
    path.push(file);
    for (const to of next.get(file) ?? []) {
      const circle = visit(to);
      if (circle !== undefined) return circle;
    }
    path.pop();
    done.add(file);
    return undefined;
  };
  for (const file of next.keys()) {
    const circle = visit(file);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
