import { execFile } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { ENTRIES } from "../src/packages.ts";

const run = promisify(execFile);
const consumer = inject("consumer");
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");

/** The names of every entry, as one process sees them. */
async function namesBy(file: string, load: (specifier: string) => string): Promise<Record<string, string[]>> {
  const lines = ENTRIES.map(({ specifier }) => `names["${specifier}"] = namesOf(${load(specifier)});`);
  const namesOf = "(it) => Object.keys(it).filter((key) => !['__esModule', 'module.exports'].includes(key)).sort()";
  const script = `const names = {};\nconst namesOf = ${namesOf};\n${lines.join("\n")}\nprocess.stdout.write(JSON.stringify(names));\n`;
  await writeFile(join(consumer, file), script);
  const { stdout } = await run(process.execPath, ["--no-warnings", file], { cwd: consumer });
  return JSON.parse(stdout) as Record<string, string[]>;
}

describe("every entry", () => {
  let imported: Record<string, string[]> = {};
  let required: Record<string, string[]> = {};

  beforeAll(async () => {
    imported = await namesBy("names.mjs", (specifier) => `await import("${specifier}")`);
    required = await namesBy("names.cjs", (specifier) => `require("${specifier}")`);
  });

  test.each(ENTRIES)("$specifier is imported and required with the same names", async ({ specifier }) => {
    const names = imported[specifier] ?? [];
    expect(required[specifier]).toEqual(names);
    const file = `public-names/${specifier.replaceAll(/[@/]/g, "_")}.txt`;
    await expect(`${names.join("\n")}\n`).toMatchFileSnapshot(file);
  });
});

const ISOMORPHIC = ENTRIES.filter(({ nodeOnly }) => !nodeOnly);

// Without skipLibCheck: our declarations must stand on their own (only TypeScript's own are not checked again). Those of
// the isomorphic entries even without Node's types.
describe.each([
  {
    what: "isomorphic entries, nodenext",
    entries: ISOMORPHIC,
    module: "nodenext",
    moduleResolution: "nodenext",
    types: [],
  },
  {
    what: "all entries, nodenext",
    entries: ENTRIES,
    module: "nodenext",
    moduleResolution: "nodenext",
    types: ["node"],
  },
  { what: "all entries, bundler", entries: ENTRIES, module: "esnext", moduleResolution: "bundler", types: ["node"] },
])("TypeScript: $what", ({ what, entries, ...resolution }) => {
  test("finds the types", async () => {
    const key = what.replaceAll(/[^a-z]+/g, "-");
    const lines = entries.map(
      ({ specifier }, i) => `import * as entry${i} from "${specifier}";\nexport { entry${i} };\n`,
    );
    await writeFile(join(consumer, `${key}.ts`), lines.join(""));
    const lib = ["es2023", "dom", "dom.iterable", "dom.asynciterable"];
    const compilerOptions = {
      noEmit: true,
      strict: true,
      skipDefaultLibCheck: true,
      target: "es2022",
      lib,
      ...resolution,
    };
    const project = join(consumer, `tsconfig.${key}.json`);
    await writeFile(project, JSON.stringify({ compilerOptions, files: [`${key}.ts`] }));
    const { stdout } = await run(process.execPath, [tsc, "-p", project], { cwd: consumer }).catch((error) => error);
    expect(stdout).toBe("");
  });
});

test("@isic/core-wasm alone brings no other package", async () => {
  const single = inject("single");
  const store = await readdir(join(single, "node_modules", ".pnpm"));
  const packages = store.filter((name) => name !== "node_modules" && !name.endsWith(".yaml"));
  expect(packages).toHaveLength(1);
  expect(packages[0]).toMatch(/core-wasm/);
});
