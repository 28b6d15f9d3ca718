import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { challenges } from "isic/node";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "./folder.ts";
import { isic } from "./isic.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

const missing = (shell: Shell): boolean => spawnSync(shell, ["--version"]).status !== 0;
const noteOf = (shell: Shell): string => (missing(shell) ? `${shell} (skipped: it is not installed)` : shell);

/** What zsh's own completion does with what a script gives it: its real one works at a prompt only. */
const ZSH_STANDS_IN = `
compdef() { :; }
begun() { for word in "$@"; do [[ "$word" == "$words[CURRENT]"* ]] && print -r -- "$word"; done; true; }
compadd() { begun "$@"; }
_files() { begun *; }
_describe() { begun "\${(@)\${(@P)2}%%:*}"; }
`;

/** What a shell offers after some words, the last of which is being typed, in a folder with one file. */
const OFFER: Readonly<Record<Shell, (words: readonly string[]) => string>> = {
  zsh: (words) =>
    `${ZSH_STANDS_IN} source ./script; words=(isic ${words.map((word) => `'${word}'`).join(" ")}); CURRENT=${words.length + 1}; _isic`,
  bash: (words) =>
    `source ./script; COMP_WORDS=(isic ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}; _isic; printf '%s\\n' "\${COMPREPLY[@]}"`,
  fish: (words) => `source ./script; complete -C 'isic ${words.join(" ")}' | string replace -r '\\t.*' ''`,
};

async function offered(shell: Shell, words: readonly string[]): Promise<string[]> {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, "script"), (await isic("completion", shell)).out);
  await writeFile(join(folder.path, "a file.csv"), "");
  // Completing reads nothing of the one who runs the tests.
  const env = { ...process.env, HOME: folder.path, XDG_CONFIG_HOME: folder.path, XDG_DATA_HOME: folder.path };
  const { stdout, stderr } = spawnSync(shell, ["-c", OFFER[shell](words)], { cwd: folder.path, encoding: "utf8", env });
  expect(stderr).toBe("");
  return stdout
    .split("\n")
    .filter((word) => word !== "" && !/^(script|\.?fish\/)$/.test(word))
    .sort();
}

describe.each(SHELLS)("%s", (shell) => {
  it("knows commands and options", async () => {
    const { code, out } = await isic("completion", shell);
    expect(code).toBe(0);
    for (const word of ["download", "annotations", "superpixels", "search", "dry-run", "challenge"])
      expect(out).toContain(word);
  });

  it.skipIf(missing(shell))(`can read it: ${noteOf(shell)}`, async () => {
    await using folder = await temporaryFolder();
    const script = join(folder.path, "script");
    await writeFile(script, (await isic("completion", shell)).out);
    const { status, stderr } = spawnSync(shell, ["-n", script], { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
  });
});

describe.each(SHELLS)("%s offers", (shell) => {
  it.skipIf(missing(shell)).each([
    [
      ["image", "download", "--tables", ""],
      ["csv", "jsonl", "parquet"],
    ],
    [
      ["image", "download", "x", "--labels", "isic202"],
      ["isic2020", "isic2024"],
    ],
    [
      ["image", "download", "--split-by", ""],
      ["image", "lesion", "patient"],
    ],
    [
      ["--api", ""],
      ["v1", "v2"],
    ],
    [
      ["image", "s"],
      ["select", "show"],
    ],
    [
      ["challenge", "score", "--task", "2017"],
      ["2017-1", "2017-2", "2017-3"],
    ],
    [["challenge", "i"], ["import"]],
    [["challenge", "import", "t.zip", "box", "--images", "a"], ["a file.csv"]],
    [["challenge", "check", "a.zip", "--truth", "a"], ["a file.csv"]],
    [["completion", "f"], ["fish"]],
    [["help", "im"], ["image"]],
    [
      ["help", "image", "s"],
      ["select", "show"],
    ],
    [
      ["help", "cache", ""],
      ["clear", "info", "repair", "verify"],
    ],
    [["image", "download", "--ids-from", "a"], ["a file.csv"]],
    [["metadata", "download", "-o", "a"], ["a file.csv"]],
    [["image", "download", "--search", "a"], []],
    [["image", "download", "--names", ""], []],
    [["image", "download", "-s", "a"], []],
    [["image", "select", "--names", "--cou"], ["--count"]],
  ])(`after %j: %j (${noteOf(shell)})`, async (words, wanted) => {
    const found = await offered(shell, words);
    const plain = found.map((word) => word.replaceAll("\\ ", " "));
    expect(plain).toEqual(wanted);
  });
});

it("the challenges offered are those that there are", async () => {
  const { out } = await isic("image", "download", "--help");
  const shown = /--labels.*?\(choices: (.*?)\)/s.exec(out)?.[1];
  expect(shown?.match(/\w+/g)).toEqual([...challenges]);
});
