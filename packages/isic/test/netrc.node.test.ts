import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { passwordIn, readNetrc } from "../src/node/netrc.ts";

const TEXT = `
# machine isic-archive.com login me@example.org password commented
machine example.org login somebody password other # machine isic-archive.com login me@example.org password no
machine isic-archive.com
  # password also "commented
  login me@example.org
  account "of nobody"
  password "p w\\"d"
macdef init
machine macro.org login fake password fake
quit

machine macro.org login real password #1
machine two.org login first password 1
machine two.org login second password 2
machine one.org login first password 1 login second password 2
machine odd.org password before login after
default login anonymous password guest
`;

describe(".netrc", () => {
  test.each([
    ["isic-archive.com", "me@example.org", 'p w"d'],
    ["isic-archive.com", "somebody", undefined],
    ["example.org", "somebody", "other"],
    ["macro.org", "fake", undefined],
    ["macro.org", "real", "#1"],
    ["two.org", "first", "1"],
    ["two.org", "second", "2"],
    ["one.org", "first", "1"],
    ["one.org", "second", "2"],
    ["odd.org", "after", "before"],
    ["elsewhere.org", "anonymous", "guest"],
    ["elsewhere.org", "me@example.org", undefined],
  ])("at %s %s has the password %s", (host, login, password) => {
    expect(passwordIn(TEXT, host, login)).toBe(password);
    expect(passwordIn(TEXT.replaceAll("\n", "\r\n"), host, login)).toBe(password);
  });

  test("odd files say nothing", () => {
    for (const text of ["", "machine", "machine h login", "machine h login u password", "login u password p", "macdef"])
      expect(passwordIn(text, "h", "u"), text).toBeUndefined();
    expect(passwordIn("macdef init\nmachine h login u password p", "h", "u")).toBeUndefined();
    expect(passwordIn('machine h login u password "open', "h", "u")).toBe('"open');
    expect(passwordIn("machine __proto__ login constructor password p", "__proto__", "constructor")).toBe("p");
  });

  afterEach(() => vi.unstubAllEnvs());

  test("a pipe, a folder and a huge file in its place are errors at once", async () => {
    const folder = await mkdtemp(join(tmpdir(), "isic-netrc-"));
    execFileSync("mkfifo", [join(folder, ".netrc")]);
    await expect(readNetrc("h", "u", folder)).rejects.toMatchObject({ tag: "ArgumentError" });
    const huge = join(folder, "huge");
    await writeFile(huge, new Uint8Array(2 ** 20 + 1));
    for (const path of [folder, huge]) {
      vi.stubEnv("NETRC", path);
      await expect(readNetrc("h", "u")).rejects.toMatchObject({ tag: "ArgumentError" });
    }
    vi.stubEnv("NETRC", join(folder, "none"));
    expect(await readNetrc("h", "u")).toBeUndefined();
    await rm(folder, { recursive: true });
  });
});
