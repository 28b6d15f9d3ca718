import { execFileSync, spawn } from "node:child_process";
import { chmod, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  makeFolder,
  readText,
  readWhole,
  removeAbandoned,
  temporaryPath,
  writeOutput,
  writeWhole,
  writeWholeSync,
} from "../../src/files/index.ts";
import { writeInto } from "../../src/files/write.ts";
import { newFolder, removeFolders } from "../folder.ts";

afterAll(removeFolders);

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

describe("writeWhole", () => {
  test("takes text, bytes, pieces and streams, and makes the folder", async () => {
    const folder = await newFolder();
    async function* stream() {
      yield new Uint8Array([97]);
      yield new Uint8Array([98]);
    }
    const contents = ["äb", new Uint8Array([97, 98]), [new Uint8Array([97]), new Uint8Array([98])], stream()];
    for (const [i, content] of contents.entries()) await writeWhole(join(folder, "a/b", `${i}`), content);
    await writeWhole(join(folder, "a/b/4"), new Blob(["ab"]).stream());
    writeWholeSync(join(folder, "a/c/5"), [new Uint8Array([97]), new Uint8Array([98])]);
    expect(await readText(join(folder, "a/b/0"))).toBe("äb");
    for (const name of ["a/b/1", "a/b/2", "a/b/3", "a/b/4", "a/c/5"])
      expect(await readText(join(folder, name))).toBe("ab");
    expect((await readdir(join(folder, "a/b"))).length).toBe(5);
  });

  test("leaves what was there when the stream breaks, the signal aborts, or the lock is lost", async () => {
    const folder = await newFolder();
    const path = join(folder, "x");
    await writeWhole(path, "old");
    const reason = new Error("broken");
    async function* broken() {
      yield new Uint8Array([1]);
      throw reason;
    }
    await expect(writeWhole(path, broken())).rejects.toBe(reason);
    await expect(writeWhole(path, "new", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const lock = {
      check: () => {
        throw reason;
      },
    };
    await expect(writeWhole(path, "new", { lock })).rejects.toBe(reason);
    expect(() => writeWholeSync(path, "new", { lock })).toThrow(reason);
    expect(await readdir(folder)).toEqual(["x"]);
    expect(await readText(path)).toBe("old");
  });

  test("a write that takes only a part is gone on with, and one that takes nothing is a full disk", async () => {
    const taken: number[] = [];
    const write = async (_: Uint8Array, at: number) => {
      taken.push(at);
      return { bytesWritten: 2 };
    };
    const slow = { write };
    await writeInto(slow as never, new Uint8Array(6));
    expect(taken).toEqual([0, 2, 4]);
    const full = { write: async () => ({ bytesWritten: 0 }) };
    await expect(writeInto(full as never, new Uint8Array(6))).rejects.toMatchObject({ code: "ENOSPC" });
  });

  test("private files and folders are closed from their creation", async () => {
    const folder = await newFolder();
    await writeWhole(join(folder, "a/b/x"), "secret", { private: true });
    writeWholeSync(join(folder, "c/d/x"), "secret", { private: true });
    await writeWhole(join(folder, "e/x"), "open");
    for (const made of ["a", "a/b", "c", "c/d"])
      expect([made, await modeOf(join(folder, made))]).toEqual([made, "700"]);
    for (const made of ["a/b/x", "c/d/x"]) expect([made, await modeOf(join(folder, made))]).toEqual([made, "600"]);
    const umask = process.umask();
    const usual = [0o777 & ~umask, 0o666 & ~umask].map((mode) => mode.toString(8));
    expect([await modeOf(join(folder, "e")), await modeOf(join(folder, "e/x"))]).toEqual(usual);
  });

  test("what dead processes left is removed, what live ones write is not", async () => {
    const folder = await newFolder();
    const mine = temporaryPath(join(folder, "deep/x"));
    await makeFolder(join(folder, "deep"));
    await writeFile(mine, "");
    // The same process number, but not the same process.
    const dead = mine.replace(/-\d+-\d+-/, (text) => text.replace(/-\d+-$/, "-1-"));
    await writeFile(dead, "");
    await writeFile(join(folder, "deep/x.txt"), "");
    expect(await removeAbandoned(folder)).toEqual([]);
    expect(await removeAbandoned(folder, { recursive: true })).toEqual([dead]);
    expect((await readdir(join(folder, "deep"))).length).toBe(2);
  });
});

describe("reading", () => {
  test("follows no link, waits for no pipe, and reads no more than agreed", async () => {
    const folder = await newFolder();
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    await writeFile(join(folder, "file"), "12345");
    await symlink(join(folder, "file"), join(folder, "link"));
    await expect(readWhole(pipe)).rejects.toMatchObject({ tag: "UnsafeFolderError", kind: "irregular" });
    await expect(readWhole(join(folder, "link"))).rejects.toMatchObject({ tag: "UnsafeFolderError", kind: "link" });
    await expect(readText(join(folder, "file"), { maxBytes: 4 })).rejects.toMatchObject({ tag: "FileTooLargeError" });
    expect(await readText(join(folder, "absent"))).toBeUndefined();
  });
});

describe("writeOutput", () => {
  test("replaces a file with its permissions, and the file that a link leads to", async () => {
    const folder = await newFolder();
    await writeFile(join(folder, "x"), "old");
    await chmod(join(folder, "x"), 0o640);
    await mkdir(join(folder, "links"));
    await symlink("../x", join(folder, "links/a"));
    await symlink("a", join(folder, "links/b"));
    await symlink("../new", join(folder, "links/dangling"));
    await writeOutput(join(folder, "links/b"), "one");
    await writeOutput(join(folder, "links/dangling"), "two");
    expect([await readText(join(folder, "x")), await readText(join(folder, "new"))]).toEqual(["one", "two"]);
    expect(await modeOf(join(folder, "x"))).toBe("640");
    expect([await readlink(join(folder, "links/a")), await readlink(join(folder, "links/dangling"))]).toEqual([
      "../x",
      "../new",
    ]);
    await symlink("loop", join(folder, "loop"));
    await expect(writeOutput(join(folder, "loop"), "x")).rejects.toMatchObject({ code: "ELOOP" });
  });

  test("writes into devices and pipes and leaves them there; a missing folder is not made", async () => {
    const folder = await newFolder();
    await writeOutput("/dev/null", "gone");
    expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const reader = spawn("cat", [pipe], { stdio: ["ignore", "pipe", "ignore"] });
    let read = "";
    reader.stdout.on("data", (text) => {
      read += String(text);
    });
    const ended = new Promise((resolve) => reader.once("close", resolve));
    await writeOutput(pipe, "through");
    await ended;
    expect([read, (await stat(pipe)).isFIFO()]).toEqual(["through", true]);
    await expect(writeOutput(join(folder, "no/such/x"), "x")).rejects.toMatchObject({ code: "ENOENT" });
    await expect(writeOutput(folder, "x")).rejects.toMatchObject({ code: "EISDIR" });
    expect(await readdir(folder)).toEqual(["pipe"]);
    await expect(readFile("/dev/null", "utf8")).resolves.toBe("");
  });
});
