import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import type { Terminal } from "./terminal.ts";

/** Asks on the terminal; where there is none, and at Ctrl-D, the answer is no. */
export async function askYesNo(question: string, { err, signal }: Terminal): Promise<boolean> {
  if (process.stdin.isTTY !== true || !err.isTTY) return false;
  // The terminal itself edits the line and makes a signal of Ctrl-C; and no escape codes are written.
  const asking = createInterface({ input: process.stdin, terminal: false });
  const ended = once(asking, "close").then(() => undefined);
  try {
    err.ask(`${question} [y/N] `);
    const answer = await Promise.race([asking.question("", { signal }), ended]);
    if (answer === undefined) err.line();
    return /^y(es)?$/i.test(answer?.trim() ?? "");
  } catch (error) {
    err.line();
    throw error;
  } finally {
    asking.close();
  }
}
