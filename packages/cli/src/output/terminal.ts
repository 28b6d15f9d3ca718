/** What a command has of the world around it; tests give their own. */
export interface Terminal {
  /** Results. */
  readonly out: Sink;
  /** Everything about the work: progress, notes, errors. */
  readonly err: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Fires at the first Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Where text goes; `process.stdout` is one. */
export interface Sink {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** How a command may end. */
export const exitCode = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** The width to lay text out for: the terminal's, within reason; files and pipes get no limit. */
export function widthOf(sink: Sink): number {
  return sink.isTTY === true ? Math.max(40, sink.columns ?? 80) : Infinity;
}

export function line(sink: Sink, text = ""): void {
  sink.write(`${text}\n`);
}
