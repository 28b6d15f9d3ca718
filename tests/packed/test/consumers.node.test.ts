import { execFile } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, inject, test } from "vitest";
import { ENTRIES } from "../src/packages.ts";

const run = promisify(execFile);
const consumer = inject("consumer");
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");

describe.each(ENTRIES)("$specifier", ({ specifier }) => {
  test("is imported from an ES module and required from CommonJS, with the same names", async () => {
    const key = specifier.replaceAll(/[@/]/g, "_");
    const print = "process.stdout.write(JSON.stringify(Object.keys(it).filter((key) => key !== '__esModule').sort()))";
    await writeFile(join(consumer, `${key}.mjs`), `import * as it from "${specifier}";\n${print};\n`);
    await writeFile(join(consumer, `${key}.cjs`), `const it = require("${specifier}");\n${print};\n`);
    const imported = await run(process.execPath, [`${key}.mjs`], { cwd: consumer });
    const required = await run(process.execPath, ["--no-warnings", `${key}.cjs`], { cwd: consumer });
    const names = JSON.parse(imported.stdout) as string[];
    expect(JSON.parse(required.stdout)).toEqual(names);
    await expect(`${names.join("\n")}\n`).toMatchFileSnapshot(`public-names/${key}.txt`);
  });
});

describe.each([
  { moduleResolution: "nodenext", module: "nodenext" },
  { moduleResolution: "bundler", module: "esnext" },
])("TypeScript with moduleResolution $moduleResolution", ({ moduleResolution, module }) => {
  test("finds the types of every entry", async () => {
    const lines = ENTRIES.map(
      ({ specifier }, i) => `import * as entry${i} from "${specifier}";\nexport { entry${i} };\n`,
    );
    const file = join(consumer, `types-${moduleResolution}.ts`);
    await writeFile(file, lines.join(""));
    const options = [
      "--noEmit",
      "--strict",
      "--target",
      "es2022",
      "--lib",
      "es2023,dom,dom.iterable,dom.asynciterable",
    ];
    const how = ["--module", module, "--moduleResolution", moduleResolution, "--ignoreConfig", "--types", ""];
    const { stdout } = await run(process.execPath, [tsc, ...options, ...how, file], { cwd: consumer }).catch(
      (error) => error,
    );
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
