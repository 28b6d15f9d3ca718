import { chmod, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseProcessName, processName } from "@isic/cache-fs/files";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tokenFile } from "../src/node/token-file.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isic-tokens-"));
});
afterAll(() => rm(folder, { recursive: true }));

const TOKENS = { accessToken: "a", refreshToken: "b", expiresAt: 1, scope: "identity" };

describe("the token file", () => {
  test("is private, whole, and gone after a logout", async () => {
    const path = join(folder, "deep", "tokens.json");
    const store = tokenFile(path);
    expect(await store.load()).toBeUndefined();
    await store.save(TOKENS);
    expect(await store.load()).toEqual(TOKENS);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, "deep"))).toEqual(["tokens.json"]);
    await store.save(undefined);
    expect(await store.load()).toBeUndefined();
  });

  test("loses what a killed process left unfinished beside it", async () => {
    const path = join(folder, "swept", "tokens.json");
    const store = tokenFile(path);
    await store.save(TOKENS);
    const { place, start } = parseProcessName(processName().next())!;
    await writeFile(join(folder, "swept", `.isic-partial.${place}-999999999-${start}-00000000.0`), "{");
    await store.lock(async () => undefined);
    expect(await readdir(join(folder, "swept"))).toEqual(["tokens.json"]);
  });

  test("that others may read is refused", async () => {
    const path = join(folder, "open.json");
    await writeFile(path, JSON.stringify(TOKENS));
    await chmod(path, 0o644);
    await expect(tokenFile(path).load()).rejects.toMatchObject({ tag: "OAuthError", problem: "store" });
  });

  test("with nonsense in it counts as none", async () => {
    const path = join(folder, "nonsense.json");
    await writeFile(path, "{", { mode: 0o600 });
    expect(await tokenFile(path).load()).toBeUndefined();
  });

  test("is locked by one at a time", async () => {
    const path = join(folder, "counted.json");
    const count = join(folder, "count.txt");
    await writeFile(count, "0");
    const store = tokenFile(path);
    const add = () =>
      store.lock(async () => {
        const value = Number(await readFile(count, "utf8"));
        await new Promise((resolve) => setTimeout(resolve, 2));
        await writeFile(count, String(value + 1));
      });
    await Promise.all(Array.from({ length: 10 }, add));
    expect(await readFile(count, "utf8")).toBe("10");
    await expect(readFile(`${path}.lock`)).rejects.toThrow();
  });

  test("takes over a lock that a crash left behind", async () => {
    const path = join(folder, "stale.json");
    await writeFile(`${path}.lock`, "999999.dead");
    const old = new Date(Date.now() - 120_000);
    await utimes(`${path}.lock`, old, old);
    expect(await tokenFile(path).lock(async () => "mine")).toBe("mine");
  });
});
