import { CommanderError } from "commander";
import type { GlobalOptions } from "./commands/options.ts";
import { CommandError, printFailure } from "./output/failure.ts";
import {
  exitCode,
  isClosedPipe,
  openTerminal,
  processTerminal,
  type RawTerminal,
  type Terminal,
} from "./output/terminal.ts";
import { createProgram } from "./program.ts";

/** Parses the words, runs the command they name, and turns whatever happens into an exit code. */
export async function run(words: readonly string[], given?: RawTerminal): Promise<number> {
  const controller = new AbortController();
  const terminal = openTerminal(given ?? processTerminal(controller.signal));
  const stopListening = given === undefined ? listenForInterrupt(controller) : () => undefined;
  const program = createProgram(terminal);
  try {
    await program.parseAsync(asMeant(words), { from: "user" });
    return exitCode.done;
  } catch (error) {
    return codeOf(await explained(error, program.opts(), terminal), words, terminal);
  } finally {
    stopListening();
  }
}

/** What other tools call `--version`. */
function asMeant(words: readonly string[]): string[] {
  const [word = ""] = words;
  return words.length === 1 && (word === "version" || word === "-v") ? ["--version"] : [...words];
}

/** Only of a server that was named it can be in doubt which API it speaks. */
async function explained(error: unknown, options: GlobalOptions, terminal: Terminal): Promise<unknown> {
  if (options.server === undefined || error instanceof CommanderError || terminal.signal.aborted) return error;
  const { explainApiMismatch } = await import("./connection/api-mismatch.ts");
  return explainApiMismatch(error, options, terminal);
}

function codeOf(error: unknown, words: readonly string[], terminal: Terminal): number {
  // Commander has printed its own: help and version end with 0, everything else was not understood.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
  if (terminal.signal.aborted || isGivenUp(error)) {
    terminal.err.line("isic: Stopped.");
    return exitCode.interrupted;
  }
  if (isClosedPipe(error)) return exitCode.done;
  printFailure(terminal, error, words.includes("--debug"));
  return error instanceof CommandError ? error.exitCode : exitCode.failed;
}

/** Where a password is typed, the terminal sends Ctrl-C as a key: Node makes this error of it, and no signal comes. */
const isGivenUp = (error: unknown): boolean => error instanceof Error && /^Aborted with Ctrl\+/.test(error.message);

/** The first Ctrl-C lets the command tidy up; the second ends it on the spot. */
function listenForInterrupt(controller: AbortController): () => void {
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(exitCode.interrupted);
    controller.abort(new CommandError("Stopped.", exitCode.interrupted));
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return () => {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  };
}
