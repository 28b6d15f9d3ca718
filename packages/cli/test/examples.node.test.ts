import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { main } from "../src/index.ts";
import { openTerminal } from "../src/output/terminal.ts";
import { createProgram } from "../src/program.ts";
import { isic } from "./isic.ts";
import { recordingTerminal } from "./terminal.ts";

/** Every command that does something, by its words. */
function leaves(command: Command, words: readonly string[] = []): string[][] {
  const here = [...words, command.name()];
  return command.commands.length === 0 ? [here.slice(1)] : command.commands.flatMap((each) => leaves(each, here));
}

/** All commands and groups, the program itself too. */
function places(command: Command, words: readonly string[] = []): string[][] {
  const here = [...words, command.name()];
  return [here.slice(1), ...command.commands.flatMap((each) => places(each, here))];
}

/** Words as a shell makes them, of the quotes that examples use. */
function wordsOf(line: string): string[] {
  const [command = ""] = line.split(/ (?:[|>]|2>) ?/);
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|([^\s'"]+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? "",
  );
}

function examplesIn(help: string): string[] {
  return [...help.replace(/ \\\n\s+/g, " ").matchAll(/^ {2}isic( .*?)(?: {2}.*)?$/gm)].map(([, rest]) => rest!);
}

/** The very parser of the command, whose actions do nothing; it throws for what it does not understand. */
function parser(): { readonly parse: (words: string[]) => Promise<unknown>; readonly said: () => string } {
  const terminal = recordingTerminal();
  const program = createProgram(openTerminal(terminal));
  const silence = (command: Command): void => {
    if (command.commands.length === 0) command.action(() => undefined);
    for (const each of command.commands) silence(each);
  };
  silence(program);
  return { parse: (words) => program.parseAsync(words, { from: "user" }), said: terminal.errors };
}

const program = createProgram(openTerminal(recordingTerminal()));

describe("the examples of every help text", () => {
  it.each(places(program).map((words) => [words.join(" "), words] as const))(
    "isic %s: are understood by the parser, and fit on a screen",
    async (_name, words) => {
      const screen = recordingTerminal({ isTTY: true, columns: 80 });
      expect(await main([...words, "--help"], screen)).toBe(0);
      const out = screen.text();
      const found = examplesIn(out);
      expect(found.length).toBeGreaterThan(0);
      for (const example of found) {
        const { parse, said } = parser();
        await parse(wordsOf(example)).catch((error: Error) => {
          throw new Error(`isic${example}\n${said()}`, { cause: error });
        });
      }
      for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
      expect(out).not.toContain("display help");
    },
  );

  it("an example with an option that is none would fail", async () => {
    await expect(parser().parse(wordsOf(" image download --shards 1/2 set"))).rejects.toThrow("unknown option");
    await expect(parser().parse(wordsOf(" image download"))).rejects.toThrow("missing required argument");
  });
});

describe("mistakes in each command", () => {
  const commands = leaves(program).map((words) => [words.join(" "), words] as const);

  it.each(commands)("isic %s: an option that is none", async (_name, words) => {
    const { code, out, err } = await isic(...words, "--no-such-option");
    expect([code, out]).toEqual([2, ""]);
    expect(err).toBe(`isic: unknown option '--no-such-option'\nTry: isic ${words.join(" ")} --help\n`);
  });

  // It takes any number of photos.
  const counted = commands.filter(([name]) => name !== "superpixels");
  it.each(counted)("isic %s: more words than it takes", async (_name, words) => {
    const { code, out, err } = await isic(...words, "bash", "b", "c");
    expect([code, out]).toEqual([2, ""]);
    if (words[0] === "help") expect(err).toMatch(/^isic: There is no command "bash" in isic: /);
    else expect(err).toMatch(/^isic: too many arguments for '[\w-]+'\. Expected [012] arguments? but got 3\.\n/);
  });
});
