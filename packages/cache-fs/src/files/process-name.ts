/**
 * Who wrote a temporary file or holds a lock, in its file name, and whether that process still lives.
 *
 * A process number means something only in one PID namespace of one boot of one machine, and only together with the
 * process's start: numbers are given out again. Where any of these differ nothing is known, and only silence tells.
 */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** A process as its name tells it. */
export interface ProcessId {
  /** Machine, boot and PID namespace, as a digest. */
  readonly place: string;
  readonly pid: number;
  /** When it started, in the system's own unit; `0` where that is not known. */
  readonly start: number;
}

export interface ProcessName {
  /** `<place>-<pid>-<start>-<random>`: two copies of this module in one process have two names. */
  readonly text: string;
  /** A name that nobody has used: the text, a dot and a number. */
  next(): string;
}

const NAME = /^([0-9a-f]{16})-([0-9]+)-([0-9]+)-[0-9a-f]{8}\.[0-9]+/;
/** As of the first versions: only the machine's name, and no start. */
const FIRST_NAME = /^([0-9a-f]{8})-([0-9]+)-[0-9a-f]{8}\.[0-9]+/;

const digest = (text: string, length: number): string =>
  createHash("sha256").update(text).digest("hex").slice(0, length);

let ownPlace: string | undefined;

/** The same for all processes whose numbers can be compared with ours. */
export function placeOf(): string {
  ownPlace ??= digest(
    [
      hostname(),
      textOrNothing(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8")),
      textOrNothing(() => readlinkSync("/proc/self/ns/pid")),
    ].join("\n"),
    16,
  );
  return ownPlace;
}

/** A new name of this process: machine, boot, PID namespace, number and start, and a part that no other call gives. */
export function createProcessName(): ProcessName {
  const text = `${placeOf()}-${process.pid}-${startOf("self") ?? 0}-${randomBytes(4).toString("hex")}`;
  let serial = 0;
  return { text, next: () => `${text}.${serial++}` };
}

let own: ProcessName | undefined;

/** The name of this process (of this thread, where there are several). */
export function processName(): ProcessName {
  own ??= createProcessName();
  return own;
}

/** The process in a name that {@link ProcessName.next} gave, whatever follows; `undefined` for any other text. */
export function parseProcessName(text: string): ProcessId | undefined {
  const match = NAME.exec(text);
  if (match !== null) return { place: match[1]!, pid: Number(match[2]), start: Number(match[3]) };
  const first = FIRST_NAME.exec(text);
  if (first === null) return undefined;
  return { place: first[1] === digest(hostname(), 8) ? placeOf() : first[1]!, pid: Number(first[2]), start: 0 };
}

/** Is it certain that the process is gone? Only processes of our own place can be asked for. */
export function isGone({ place, pid, start }: ProcessId): boolean {
  if (place !== placeOf()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "EPERM";
  }
  const now = start === 0 ? undefined : startOf(String(pid));
  return now !== undefined && now !== start;
}

/** The 22nd field of Linux's `/proc/<pid>/stat`; the second, the command's name, may hold spaces and brackets. */
function startOf(pid: string): number | undefined {
  const text = textOrNothing(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
  const start = Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[19]);
  return start > 0 ? start : undefined;
}

/** Other systems have no such files. */
function textOrNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
