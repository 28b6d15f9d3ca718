// Another language: wasm2c turns the module into C, and a C program drives it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hex } from "../src/generated/core.scalar.ts";
import { buildMap } from "../src/index.ts";
import { labelImage } from "./kit/images.ts";
import { filtered } from "./kit/png.ts";

const INCLUDE = "/usr/share/wabt/wasm2c";

function runs(command: string, ...words: string[]): boolean {
  return spawnSync(command, words).status === 0;
}

const missing = ["wasm2c", "cc"].filter((command) => !runs(command, "--version"));
const why = missing.length === 0 ? "" : `(left out: no ${missing.join(", no ")} here; Debian: apt install wabt gcc)`;

describe.skipIf(missing.length > 0)(`a host in C ${why}`, () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "isic-core-"));
    writeFileSync(join(folder, "core.wasm"), Buffer.from(hex, "hex"));
    const source = fileURLToPath(new URL("host/host.c", import.meta.url));
    const steps = [
      ["wasm2c", "-n", "core", join(folder, "core.wasm"), "-o", join(folder, "core.c")],
      [
        "cc",
        "-O1",
        "-I",
        folder,
        "-I",
        INCLUDE,
        "-o",
        join(folder, "host"),
        source,
        join(folder, "core.c"),
        join(INCLUDE, "wasm-rt-impl.c"),
        "-lm",
      ],
    ];
    for (const [command, ...words] of steps) {
      const { status, stderr } = spawnSync(command!, words, { encoding: "utf8" });
      expect(status, stderr).toBe(0);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([3, 4] as const)("maps rows of %i channels as we do", (channels) => {
    const labels = labelImage(
      130,
      50,
      Int32Array.from({ length: 6500 }, (_, i) => Math.floor((i % 130) / 11) + 12 * Math.floor(i / 1170)),
    );
    const input = filtered(labels, channels, [0, 1, 2, 3, 4, 4, 2]);
    const { status, stdout } = spawnSync(join(folder, "host"), ["130", "50", String(channels)], { input });
    expect(status).toBe(0);
    const map = buildMap(labels);
    const expected = Buffer.concat([Buffer.from(map.offsets.buffer), Buffer.from(map.pixels.buffer)]);
    expect(stdout.equals(expected)).toBe(true);
  });
});
