import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, inject, test } from "vitest";
import { FOLDERS, type Manifest } from "../src/packages.ts";
import { filesOf, readFrom } from "../src/tarball.ts";

const run = promisify(execFile);
const tarballs = inject("tarballs");

describe.each(FOLDERS)("the tarball of %s", (folder) => {
  const files = filesOf(tarballs[folder]);
  const manifest = JSON.parse(readFrom(tarballs[folder], "package.json")) as Manifest;

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
      const { sources } = JSON.parse(readFrom(tarballs[folder], map)) as { sources: string[] };
      for (const source of sources) expect(files).toContain(posix.join(posix.dirname(map), source));
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
    const bin = join(dirname(import.meta.dirname), "node_modules", ".bin", "attw");
    const wasm = Object.keys(manifest.exports).filter((subpath) => subpath.endsWith(".wasm"));
    const exclude = wasm.length === 0 ? [] : ["--exclude-entrypoints", ...wasm];
    // It ends with an exit code other than 0, and run() throws, when a profile's problem is left.
    const { stdout } = await run(bin, [tarballs[folder], "--profile", "esm-only", "--no-color", ...exclude]);
    expect(stdout).toContain("ignoring resolutions: 'node10', 'node16-cjs'");
  });
});
