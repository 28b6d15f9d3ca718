import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { describe, expect, inject, test } from "vitest";
import { FOLDERS, root } from "../src/packages.ts";

const run = promisify(execFile);
const consumer = inject("consumer");

interface Example {
  readonly where: string;
  readonly code: string;
}

/** Every fence that begins with exactly "```ts"; "```ts no-run" is only shown. */
function examplesOf(file: string, name: string): Example[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, "utf8").replaceAll("\r\n", "\n");
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => ({
    where: `${name} line ${text.slice(0, match.index).split("\n").length}`,
    code: match[1] ?? "",
  }));
}

const readmes = [
  { name: "README.md", file: join(root, "README.md") },
  ...["python", "studies", "datasets"].map((name) => ({
    name: `docs/${name}.md`,
    file: join(root, "docs", `${name}.md`),
  })),
  ...FOLDERS.map((folder) => ({ name: `${folder}/README.md`, file: join(root, "packages", folder, "README.md") })),
];

describe("README examples run with the packed packages", () => {
  test.each(readmes)("$name has one", ({ file, name }) => {
    expect(examplesOf(file, name).length).toBeGreaterThan(0);
  });

  test.each(readmes.flatMap(({ name, file }) => examplesOf(file, name)))("$where", async ({ where, code }) => {
    const file = join(consumer, `${where.replaceAll(/[^A-Za-z0-9]+/g, "-")}.mjs`);
    await writeFile(file, (await transform(code, { loader: "ts", format: "esm", target: "es2022" })).code);
    await run(process.execPath, [file], { cwd: consumer });
  });
});
