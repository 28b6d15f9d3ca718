import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
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

  test.each([
    ["\ufeffmachine h login u password p", "p"],
    ["machine\th\tlogin\tu\tpassword\tp", "p"],
    ["machine\n h\nlogin\n u\npassword\n p", "p"],
    ["machine h\r\n\tlogin u\r\n\tpassword p", "p"],
    ["machine H login u password p", "p"],
    ["machine h login u password p#x", "p#x"],
    ["machine h login u password # machine h login u password q", "#"],
    ["machine h login u password ''", "''"],
    ['machine h login u password ""', ""],
    ['machine "h" login "u" password "a \\"b\\\\ c"', 'a "b\\ c'],
    ["machine h login u account a password p", "p"],
    ["machine h login u account password password p", "p"],
    ["machine h login login password password\nmachine h login u password p", "p"],
    ["default login u password d\nmachine h login u password p", "p"],
    ["default login u password d machine x login u password p", "d"],
    ["machine h login v password q default login u password d", "d"],
    ["machine hx login u password q\nmachine xh login u password q\nmachine h. login u password q", undefined],
    ["machine h login U password q", undefined],
    ["machine h login u\nmacdef init\npassword q\n\npassword p", "p"],
    ["macdef a\n\nmachine h login u password p", "p"],
    ["macdef a\r\nmachine h login u password q\r\n \t\r\nmachine h login u password p", "p"],
    ["macdef a\nmachine h login u password q\n#\nmachine h login u password q", undefined],
    ["#macdef a\nmachine h login u password p", "p"],
    ["machine h login u password p\nmachine h login u password q", "p"],
    ["machine h password p login u login v password q", "p"],
    ["MACHINE h LOGIN u PASSWORD q", undefined],
    ["machine h login u password pä\u3000ö", "pä"],
    ["login u password q machine h", undefined],
  ])("%j", (text, password) => {
    expect(passwordIn(text, "h", "u")).toBe(password);
    expect(passwordIn(`${text}\n`, "h", "u")).toBe(password);
  });

  test("an address of IPv6 is one with and without brackets", () => {
    for (const machine of ["::1", "[::1]"])
      expect(passwordIn(`machine ${machine} login u password p`, "[::1]", "u")).toBe("p");
  });

  afterEach(() => vi.unstubAllEnvs());

  test.skipIf(process.platform === "win32")(
    "that others may read is a warning, where a password came of it",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "isic-netrc-"));
      const file = join(folder, ".netrc");
      await writeFile(file, "machine h login u password p", { mode: 0o600 });
      const said = async (login: string): Promise<string[]> => {
        const warnings: string[] = [];
        await readNetrc("h", login, folder, (message) => warnings.push(message));
        return warnings;
      };
      expect(await said("u")).toEqual([]);
      for (const mode of [0o644, 0o640, 0o604, 0o620]) {
        await chmod(file, mode);
        expect(await said("u")).toEqual([expect.stringMatching(/\.netrc can be read by others.*chmod 600/)]);
        expect((await said("u")).join()).not.toContain("password p");
        expect(await said("nobody")).toEqual([]);
      }
      await rm(folder, { recursive: true });
    },
  );

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
