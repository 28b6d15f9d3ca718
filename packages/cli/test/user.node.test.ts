import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../src/index.ts";
import { type Box, CLIENT_ID, startBox } from "./box.ts";
import { temporaryFolder } from "./folder.ts";
import { recordingTerminal } from "./terminal.ts";

let box: Box;
beforeAll(async () => {
  box = await startBox(12);
});
afterAll(() => box.close());

describe("a login through the browser", () => {
  it("is kept for the commands after it, until the logout", async () => {
    await using folder = await temporaryFolder();
    const run = async (...words: string[]) => {
      const terminal = recordingTerminal({ env: { ISIC_CONFIG: folder.path } });
      const code = await main(["user", ...words, "--server", box.url], terminal);
      return { code, out: terminal.text(), err: terminal.errors() };
    };
    expect((await run("whoami")).out).toBe("A guest: you see what is public.\n");
    const { code, out, asked } = await login(folder.path);
    expect([code, out]).toEqual([0, expect.stringMatching(/^Logged in as \S+@\S+\.\n$/)]);
    expect(asked).toContain("code_challenge_method=S256");
    const email = out.slice("Logged in as ".length, -2);
    expect((await run("whoami")).out).toContain(email);
    expect(JSON.parse((await run("whoami", "--json")).out)).toMatchObject({ username: email });
    for (const path of await filesBelow(folder.path)) {
      expect((await stat(path)).mode & 0o077).toBe(0);
      const secret = /"access_?token":\s*"([^"]+)"/i.exec(await readFile(path, "utf8"))?.[1];
      if (secret !== undefined) expect(out).not.toContain(secret);
    }
    expect(await run("logout")).toEqual({ code: 0, out: "Logged out.\n", err: "" });
    expect(await filesBelow(folder.path)).toEqual([]);
    expect((await run("whoami")).out).toBe("A guest: you see what is public.\n");
    expect((await run("logout")).out).toBe("Nobody was logged in.\n");
    expect(JSON.parse((await run("logout", "--json")).out)).toEqual({ loggedOut: false });
    await login(folder.path);
    expect(JSON.parse((await run("logout", "--json")).out)).toEqual({ loggedOut: true });
  });

  it("that the person gives up keeps nothing", async () => {
    await using folder = await temporaryFolder();
    const { code, err } = await login(folder.path, "somebody-else");
    expect(err).toContain("Waiting up to 5 minutes for the login there (Ctrl-C ends it).\n");
    expect([code, err.split("\n").slice(-2)]).toEqual([130, ["isic: Stopped.", ""]]);
    expect(await filesBelow(folder.path)).toEqual([]);
  });
});

/** Runs the command, and is the person who opens the address in a browser. */
async function login(config: string, clientId: string = CLIENT_ID) {
  const terminal = recordingTerminal({ env: { ISIC_CONFIG: config } });
  const words = ["user", "login", "--no-browser", "--client-id", clientId, "--server", box.url];
  const ended = main(words, terminal);
  let asked: string | undefined;
  while (asked === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    asked = /^ {2}(http\S+)$/m.exec(terminal.errors())?.[1];
  }
  const page = await fetch(asked, { redirect: "follow" });
  if (!page.ok) terminal.abort();
  return { code: await ended, out: terminal.text(), err: terminal.errors(), asked };
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
