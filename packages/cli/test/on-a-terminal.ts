import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Is there what makes a terminal? */
export const hasTerminal: boolean =
  spawnSync("python3", ["-c", "import pty, os; os.waitstatus_to_exitcode"]).status === 0;
export const withoutTerminal: string = hasTerminal
  ? ""
  : " (skipped: there is no python3, whose pty module makes the terminal)";

export const CTRL_C = "\u0003";
export const CTRL_D = "\u0004";

const bin = fileURLToPath(new URL("../bin/isic.js", import.meta.url));
const script = fileURLToPath(new URL("./on-a-terminal.py", import.meta.url));

/** What was seen of a command on a terminal. */
export interface Shown {
  readonly code: number;
  readonly shown: string;
  /** Does the terminal show what is typed, at the end? */
  readonly echoes: boolean;
}

/** Runs the built command as nobody in particular, on a terminal of its own, and types an answer to each question. */
export async function onATerminal(
  words: readonly string[],
  ...answers: readonly (readonly [question: string, typed: string])[]
): Promise<Shown> {
  const env = { ...process.env, ISIC_CONFIG: "/nowhere/at/all" };
  const { stdout } = await promisify(execFile)(
    "python3",
    [script, JSON.stringify(answers), process.execPath, bin, ...words],
    { env },
  );
  return JSON.parse(stdout) as Shown;
}
