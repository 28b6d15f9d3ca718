import { execFile } from "node:child_process";
import { lstat, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { writeOutput } from "@isic/cache-fs/files";
import { writeImage } from "isic/node";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "./folder.ts";

const run = promisify(execFile);
const pixel = { width: 1, height: 1, channels: 1 as const, data: new Uint8Array([7]) };

describe("a file that is written whole", () => {
  it("goes where a link leads, which stays one", async () => {
    await using folder = await temporaryFolder();
    const [real, link] = [join(folder.path, "real.png"), join(folder.path, "link.png")];
    await writeFile(real, "before");
    await symlink(real, link);
    await writeOutput(link, "after");
    expect([await readFile(real, "utf8"), (await lstat(link)).isSymbolicLink()]).toEqual(["after", true]);
    await writeImage(pixel, link);
    expect([(await readFile(real)).subarray(1, 4).toString(), (await lstat(link)).isSymbolicLink()]).toEqual([
      "PNG",
      true,
    ]);
  });

  it.skipIf(process.platform === "win32")("never takes the place of what is no file, such as a pipe", async () => {
    await using folder = await temporaryFolder();
    const pipe = join(folder.path, "pipe.png");
    await run("mkfifo", [pipe]);
    for (const write of [() => writeOutput(pipe, Buffer.from("-PNG, through")), () => writeImage(pixel, pipe)]) {
      const [{ stdout }] = await Promise.all([run("cat", [pipe], { encoding: "latin1" }), write()]);
      expect(stdout.slice(1, 4)).toBe("PNG");
      expect((await lstat(pipe)).isFIFO()).toBe(true);
    }
    expect(await readdir(folder.path)).toEqual(["pipe.png"]);
  });
});
