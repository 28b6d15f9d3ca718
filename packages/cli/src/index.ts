/**
 * The `isic` command as a function.
 *
 * @module
 */
import { openTerminal, processTerminal, type RawTerminal } from "./output/terminal.ts";
import { version } from "./output/version.ts";

export type { RawTerminal as Terminal, Sink } from "./output/terminal.ts";

/**
 * Runs one command line and resolves to its exit code: 0 done, 1 failed, 2 not understood, 130 interrupted.
 *
 * @param words what follows `isic`
 * @param terminal where output goes and what stops it; the process's own when absent
 * @example
 * ```ts
 * import { main } from "@isic/cli";
 *
 * const exitCode = await main(["--version"]);
 * ```
 */
export async function main(words: readonly string[], terminal?: RawTerminal): Promise<number> {
  // Asked by scripts before every run: not worth loading the commands for.
  if (words.length === 1 && (words[0] === "--version" || words[0] === "-V")) {
    openTerminal(terminal ?? processTerminal(new AbortController().signal)).out.line(version());
    return 0;
  }
  const { run } = await import("./run.ts");
  return run(words, terminal);
}
