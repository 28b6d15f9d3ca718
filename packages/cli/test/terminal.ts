import type { RawTerminal } from "../src/output/terminal.ts";

export interface Recording extends RawTerminal {
  readonly text: () => string;
  readonly errors: () => string;
  readonly abort: () => void;
}

/** A terminal that keeps what is written to it. */
export function recordingTerminal(
  options: { isTTY?: boolean; columns?: number; env?: Record<string, string> } = {},
): Recording {
  const { isTTY = false, columns = 80, env = {} } = options;
  const out: string[] = [];
  const err: string[] = [];
  const controller = new AbortController();
  const sink = (into: string[]) => ({ isTTY, columns, write: (text: string) => into.push(text) });
  return {
    out: sink(out),
    err: sink(err),
    env,
    signal: controller.signal,
    text: () => out.join(""),
    errors: () => err.join(""),
    abort: () => controller.abort(new Error("stopped")),
  };
}
