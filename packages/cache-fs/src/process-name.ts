/** Who wrote a temporary file or a lock, and whether it still lives. */
import { createHash, randomBytes } from "node:crypto";
import { hostname } from "node:os";

export interface ProcessName {
  /** `<host>-<pid>-<random>`: two caches of one process have two names. */
  readonly text: string;
  /** A number that this name has not used. */
  next(): number;
}

export interface Writer {
  readonly host: string;
  readonly pid: number;
}

const PATTERN = /^([0-9a-f]{8})-([0-9]+)-[0-9a-f]{8}\.[0-9]+/;

const hostOf = (): string => createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

export function createProcessName(): ProcessName {
  let serial = 0;
  return {
    text: `${hostOf()}-${process.pid}-${randomBytes(4).toString("hex")}`,
    next: () => serial++,
  };
}

/** The writer in a name `<host>-<pid>-<random>.<number>`, whatever follows. */
export function parseProcessName(text: string): Writer | undefined {
  const match = PATTERN.exec(text);
  return match === null ? undefined : { host: match[1]!, pid: Number(match[2]) };
}

/** Is it certain that the process is gone? Only of this machine's own ones. */
export function isGone(writer: Writer): boolean {
  if (writer.host !== hostOf()) return false;
  try {
    process.kill(writer.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
