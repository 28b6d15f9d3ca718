import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, describe, expect, inject, test } from "vitest";
import { FOLDERS, type Manifest } from "../src/packages.ts";
import { unpack } from "../src/tarball.ts";

const tarballs = inject("tarballs");

describe.each(FOLDERS)("the tarball of %s", (folder) => {
  const { folder: unpacked, files, remove } = unpack(tarballs[folder]);
  const read = (file: string) => JSON.parse(readFileSync(join(unpacked, file), "utf8"));
  const manifest = read("package.json") as Manifest;

  afterAll(remove);

  test("holds what a user needs and nothing else", () => {
    const unwanted =
      /(^|\/)(test|tests|bench|assembly|scripts|node_modules|\.tsbuild)\/|\.tsbuildinfo$|\.wat$|\.test\./;
    expect(files.filter((file) => unwanted.test(file))).toEqual([]);
    expect(files.filter((file) => file.startsWith("src/generated/"))).toEqual([]);
    expect(files).toContain("README.md");
    expect(files).toContain("LICENSE");
  });

  test("every export is there", () => {
    const targets = Object.values(manifest.exports).flatMap((target) =>
      typeof target === "string" ? [target] : Object.values(target),
    );
    expect(targets.map((target) => target.replace("./", "")).filter((file) => !files.includes(file))).toEqual([]);
  });

  test("every source map points to a source beside it", () => {
    const maps = files.filter((file) => file.endsWith(".js.map") && !file.includes("/generated/"));
    expect(maps.length).toBeGreaterThan(0);
    for (const map of maps) {
      const { sources } = read(map) as { sources: string[] };
      const missing = sources.filter((source) => !files.includes(posix.join(posix.dirname(map), source)));
      expect(missing).toEqual([]);
    }
  });

  test("no workspace range is left", () => {
    expect(Object.values(manifest.dependencies ?? {}).filter((range) => range.startsWith("workspace:"))).toEqual([]);
  });

  test("publint --strict finds nothing", async () => {
    const data = await readFile(tarballs[folder]);
    const tarball = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer;
    const { messages, pkg } = await publint({ strict: true, pack: { tarball } });
    expect(messages.map((message) => formatMessage(message, pkg as Record<string, unknown>))).toEqual([]);
  });

  test("are-the-types-wrong finds nothing (esm-only)", async () => {
    const data = new Uint8Array(await readFile(tarballs[folder]));
    const wasm = Object.keys(manifest.exports).filter((subpath) => subpath.endsWith(".wasm"));
    const result = await checkPackage(createPackageFromTarballData(data), { excludeEntrypoints: wasm });
    if (result.types === false) throw new Error("the package has no types");
    // `require` of a module is Node's own affair since 20.19, and node10 knows no exports: the profile leaves both out.
    const left = result.problems.filter(
      (problem) => !("resolutionKind" in problem && ["node10", "node16-cjs"].includes(problem.resolutionKind)),
    );
    expect(left).toEqual([]);
  });
});
