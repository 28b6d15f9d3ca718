import { createInterface } from "node:readline/promises";
import type { Terminal } from "./terminal.ts";

/** Asks on the terminal; where there is none, the answer is no. */
export async function askYesNo(question: string, terminal: Terminal): Promise<boolean> {
  if (process.stdin.isTTY !== true || terminal.err.isTTY !== true) return false;
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question(`${question} [y/N] `, { signal: terminal.signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    asking.close();
  }
}
