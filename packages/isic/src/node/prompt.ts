import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { withoutUndefined } from "../session/options.ts";

/** Can somebody be asked? */
export function hasTerminal(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Asks on the terminal (on stderr, so that a pipe on stdout stays clean) and echoes nothing that is typed. */
export async function askPassword(
  question: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(question);
  try {
    return await terminal.question("", withoutUndefined(options));
  } finally {
    terminal.close();
    process.stderr.write("\n");
  }
}
