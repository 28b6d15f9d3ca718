import { isFull, systemReason } from "@isic/cache-fs/files";
import type { Terminal } from "./terminal.ts";

/** Thrown by commands for what the user did wrong or has to do; printed as it is. */
export class CommandError extends Error {
  readonly exitCode: number;
  /** Lines below the sentence that show the place. */
  readonly picture: readonly string[];

  constructor(
    message: string,
    exitCode: number = 1,
    options?: ErrorOptions & { readonly picture?: readonly string[] },
  ) {
    super(message, options);
    this.name = "CommandError";
    this.exitCode = exitCode;
    this.picture = options?.picture ?? [];
  }
}

/** One sentence on stderr; with `--debug` also the stack and what was behind it. */
export function printFailure(terminal: Terminal, error: unknown, debug: boolean): void {
  terminal.err.line(`isic: ${sentenceOf(error)}`);
  if (error instanceof CommandError) for (const line of error.picture) terminal.err.line(line);
  if (!debug) return;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const stack = `${cause === error ? "" : "caused by "}${cause.stack ?? cause.message}`;
    // What a server said may go on in further lines: none of them begins as one of ours.
    terminal.err.block(stack.replace(/\n(?=\S)/g, "\n    "));
  }
}

/** Names of files while they are written, and of locks: what is in the way of them is in the way of their folder. */
const OWN_NAMES = /[/\\](?:\.isic-partial\.|\.isic[/\\]tmp|\.erased-|[^/\\]*\.lock(?:[/\\]|$)).*$/;

/** What a person reads of an error. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path, port } = error as NodeJS.ErrnoException & { port?: number };
  const file = path === undefined ? "A file" : path.replace(OWN_NAMES, "");
  // Our own errors may carry the system's code too, and say more than it; but they know nothing of --port.
  if (code !== "EADDRINUSE" && ("tag" in error || error instanceof CommandError)) return inCommandTerms(error.message);
  switch (code) {
    case "EADDRINUSE":
      return `Port ${port ?? ""} is in use by another program: choose another one with --port, or 0 for any free one.`;
    case "ENOENT":
      return `There is no file or folder ${file}.`;
    case "ENOTDIR":
    case "EEXIST":
      return `${file} is a file where a folder is needed: choose another place.`;
    case "EISDIR":
      return `${file} is a folder where a file is needed.`;
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return `${file} may not be read or written (${code}).`;
  }
  if (isFull(error)) return "The disk, or your share of it, is full.";
  const reason = systemReason(error);
  if (reason !== undefined) return `${file} cannot be read or written: ${reason}.`;
  const known = error instanceof TypeError || error instanceof RangeError;
  return known ? error.message : `${error.message} (--debug shows where)`;
}

/** What the library advises of its own arguments, and what that is on a command line. */
const ADVICE: readonly (readonly [library: string | RegExp, command: string])[] = [
  ["Check the connection and the base URL.", "Check the connection, and --server if it was given."],
  ["check the base URL, and the id.", "check --server if it was given, and the id."],
  ["wait, or lower `concurrency`.", "wait, or give --concurrency 2 where there is that option."],
  [" Try later, or raise the limit.", " Try later."],
  [
    "give ids as `ids`, or use `zip` and `fetchAllMetadata`, which send it as a body.",
    "give ids with --ids-from, or shorten it.",
  ],
  [
    "a page of HTML came where JSON is due. The answer was not used.",
    "a page of HTML came where JSON is due. If --server was given, it may be a web site's address and not the API's.",
  ],
  ["Log in first.", "Log in first: isic user login (for --api v1: --username)."],
  ['install "sharp" to read those in Node.', '"sharp" would read it (npm install sharp, beside isic).'],
  [/Raise max\w+ if the file can be trusted\./g, "Such a file is not read here."],
];

/** A library's sentence in the words of this command. */
export function inCommandTerms(sentence: string): string {
  return ADVICE.reduce((text, [library, command]) => text.replaceAll(library, command), sentence);
}
