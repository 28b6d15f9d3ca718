import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { line, type Terminal } from "./terminal.ts";

/** Asks on the terminal; where there is none, and at Ctrl-D, the answer is no. */
export async function askYesNo(question: string, { err, signal }: Terminal): Promise<boolean> {
  if (process.stdin.isTTY !== true || err.isTTY !== true) return false;
  // The terminal itself edits the line and makes a signal of Ctrl-C; and no escape codes are written.
  const asking = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  const ended = once(asking, "close").then(() => undefined);
  try {
    const answer = await Promise.race([asking.question(`${question} [y/N] `, { signal }), ended]);
    if (answer === undefined) line(err);
    return /^y(es)?$/i.test(answer?.trim() ?? "");
  } catch (error) {
    line(err);
    throw error;
  } finally {
    asking.close();
  }
}
