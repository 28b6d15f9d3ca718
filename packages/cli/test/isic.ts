import { main } from "../src/index.ts";
import { recordingTerminal } from "./terminal.ts";

/** Runs a command as nobody in particular. */
export async function isic(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const terminal = recordingTerminal({ env: { ISIC_CONFIG: "/nowhere/at/all" } });
  const code = await main(words, terminal);
  return { code, out: terminal.text(), err: terminal.errors() };
}
