import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Box, startBox } from "./box.ts";
import { temporaryFolder } from "./folder.ts";
import { isic } from "./isic.ts";
import { CTRL_C, CTRL_D, hasTerminal, onATerminal, withoutTerminal } from "./on-a-terminal.ts";

const bin = fileURLToPath(new URL("../bin/isic.js", import.meta.url));
const env = { ...process.env, ISIC_CONFIG: "/nowhere/at/all" };

describe("serve", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("listens on a free port, and ends well at %s", async (signal) => {
    const child = spawn(process.execPath, [bin, "serve", "--port", "0", "--images", "3", "--json"], { env });
    try {
      const { url, images } = JSON.parse(await firstLine(child));
      expect(Number(new URL(url).port)).toBeGreaterThan(0);
      expect(images).toBe(3);
      const { code, out } = await isic("image", "select", "--server", url, "--count");
      expect([code, out]).toEqual([0, "3\n"]);
      child.kill(signal);
      expect(await once(child, "exit")).toEqual([0, null]);
      await expect(fetch(url)).rejects.toThrow();
    } finally {
      child.kill("SIGKILL");
    }
  });
});

async function firstLine(child: ChildProcess): Promise<string> {
  let text = "";
  for await (const piece of child.stdout!) {
    text += piece;
    if (text.includes("\n")) return text.slice(0, text.indexOf("\n"));
  }
  return text;
}

// Nine programs at once: each starts in half a second, and in a minute where others keep the processors busy.
describe.skipIf(!hasTerminal).concurrent(`somebody at a terminal${withoutTerminal}`, { timeout: 240_000 }, () => {
  let box: Box;
  beforeAll(async () => {
    box = await startBox(3);
  });
  afterAll(() => box.close());

  const whoami = (typed: string) => {
    const [user] = box.archive.users;
    const words = ["user", "whoami", "--api", "v1", "--server", box.url, "--username", user!.login];
    return onATerminal(words, ["Password of", typed]);
  };

  it("types a password, which is not shown", async () => {
    const [user] = box.archive.users;
    const { code, shown, echoes } = await whoami(`${user!.password}\r`);
    expect([code, echoes]).toEqual([0, true]);
    expect(shown).toMatch(
      new RegExp(`^Password of ${user!.login} at 127\\.0\\.0\\.1: \\r\\n${user!.login} \\(account \\S+\\)\\r\\n$`),
    );
    const wrong = await whoami("not-the-word\r");
    expect([wrong.code, wrong.echoes]).toEqual([1, true]);
    expect(wrong.shown).not.toContain("not-the-word");
  });

  it.each([CTRL_C, CTRL_D])("gives up at a password with %j", async (key) => {
    const { code, shown, echoes } = await whoami(key);
    expect([code, echoes]).toEqual([130, true]);
    expect(shown).toMatch(/: \r\nisic: Stopped\.\r\n$/);
  });

  it.each([
    ["yes\r", 0, /\d+ entr(y|ies) removed/],
    ["no\r", 1, /\r\nisic: Nothing was removed\./],
    ["\r", 1, /\r\nisic: Nothing was removed\./],
    [CTRL_D, 1, /\r\nisic: Nothing was removed\./],
    [CTRL_C, 130, /\r\nisic: Stopped\./],
  ])("is asked before a cache is cleared, and answers %j", async (typed, wanted, said) => {
    await using folder = await temporaryFolder();
    const place = join(folder.path, "cache");
    const words = ["ISIC_0000001", "--server", box.url, "--cache", place, "-o", join(folder.path, "picture.png")];
    await isic("image", "show", ...words);
    const count = async () => (await readdir(place, { recursive: true })).length;
    const before = await count();
    const { code, shown } = await onATerminal(["cache", "clear", "--cache", place], ["[y/N]", typed]);
    expect([code, shown]).toEqual([wanted, expect.stringMatching(said)]);
    expect(shown).not.toContain("\u001B");
    if (code === 0) expect(await count()).toBeLessThan(before);
    else expect(await count()).toBe(before);
  });
});
