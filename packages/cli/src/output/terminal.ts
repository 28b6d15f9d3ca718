/**
 * The one way to a terminal: everything that a command prints goes through {@link Output}, which neutralises it. No
 * command has to remember that a name, a record or an error may hold escape sequences.
 */
import { dataOnScreen, jsonOnScreen, oneLine, severalLines } from "./neutral.ts";

/** What a command line has of the world around it; tests give their own. */
export interface RawTerminal {
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

/** What commands print on. */
export interface Terminal extends Omit<RawTerminal, "out" | "err"> {
  readonly out: Output;
  readonly err: Output;
}

/** Wraps the two streams, so that nothing reaches them but through {@link Output}. */
export function openTerminal({ out, err, env, signal }: RawTerminal): Terminal {
  return { out: new Output(out), err: new Output(err), env, signal };
}

/** One stream of a terminal. What is for people is neutralised everywhere, data where they reach a screen. */
export class Output {
  readonly #sink: Sink;
  /** The length of the status line that is shown. */
  #status = 0;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  get isTTY(): boolean {
    return this.#sink.isTTY === true;
  }

  /** The width to lay text out for: the terminal's, within reason; files and pipes get no limit. */
  get width(): number {
    return this.isTTY ? Math.max(40, this.#sink.columns ?? 80) : Infinity;
  }

  /** Text for people, in one line whatever is in it. */
  line(text: string = ""): void {
    this.#print(`${oneLine(text)}\n`);
  }

  /** Lines for people that were laid out by us: tables, records, help. */
  block(text: string): void {
    this.#print(`${severalLines(text)}\n`);
  }

  /** A question, with the answer on the same line. */
  ask(question: string): void {
    this.#print(oneLine(question));
  }

  /** A value as one line of JSON for programs. */
  json(value: unknown): void {
    const text = JSON.stringify(value);
    this.#print(`${this.isTTY ? jsonOnScreen(text) : text}\n`);
  }

  /** Data for programs, exact in a file or a pipe. */
  data(text: string): void {
    this.#print(this.isTTY ? dataOnScreen(text) : text);
  }

  /** Escape codes that we made, of a picture. */
  picture(codes: string): void {
    this.#print(codes);
  }

  /** A line that is drawn over itself, and gone when something else is printed. An empty one removes it. */
  status(text: string): void {
    if (text === "" && this.#status === 0) return;
    const shown = oneLine(text);
    // Blanks and not an escape code: every terminal understands them, also dumb ones.
    this.#sink.write(`\r${shown.padEnd(Math.min(this.#status, this.width - 1))}${shown === "" ? "\r" : ""}`);
    this.#status = shown.length;
  }

  #print(text: string): void {
    this.status("");
    this.#sink.write(text);
  }
}

/** How a command may end. */
export const exitCode = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** The terminal of this process. A reader that goes away early, such as `head`, ends it without a complaint. */
export function processTerminal(signal: AbortSignal): RawTerminal {
  process.stdout.on("error", (error) => {
    if (isClosedPipe(error)) process.exit(exitCode.done);
    new Output(process.stderr).line(`isic: Standard output cannot be written: ${reasonOf(error)}.`);
    process.exit(exitCode.failed);
  });
  return { out: process.stdout, err: process.stderr, env: process.env, signal };
}

function reasonOf(error: NodeJS.ErrnoException): string {
  return error.code === "ENOSPC" ? "its disk is full" : error.message;
}

/** Did the reader of our output go away? */
export function isClosedPipe(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === "EPIPE";
}
