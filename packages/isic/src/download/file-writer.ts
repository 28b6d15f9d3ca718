import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { type Lock, writeWhole } from "@isic/cache-fs/files";
import { sha256Of } from "./sha256.ts";

/** A file for the thread; its pieces may have been moved there. */
export interface WriteTask {
  readonly number: number;
  readonly path: string;
  readonly pieces: readonly Uint8Array[];
  readonly isPrivate: boolean;
  /** Is there as long as the lock is ours. */
  readonly holder: string | undefined;
}

/** What became of it. An error travels in parts: a copy of the whole would lose its code. */
export type WriteAnswer =
  | { readonly number: number; readonly sha256: string }
  | {
      readonly number: number;
      readonly message: string;
      readonly code: string | undefined;
      readonly errno: number | undefined;
      readonly path: string | undefined;
      readonly isLockLost: boolean;
    };

export interface WriteOptions {
  /** May the memory of the pieces be taken away from whoever gave them? */
  readonly takeOver: boolean;
}

/** Under which conditions a download's files are written. */
export interface WritingRules {
  /** Only their owner may read the files. @default false */
  readonly private?: boolean;
  /** No file is put in place by one who has lost it. */
  readonly lock?: Lock;
}

/** A thread takes tens of milliseconds to start: a download of a few files would end before it is there. */
const WORTH_A_THREAD = 32;

/**
 * Writes and hashes the small files of a download, whole or not at all. From the {@link WORTH_A_THREAD}-th on a thread
 * does it: four calls of the file system and a hash take a quarter of a file's time, and the network goes on meanwhile.
 * Where there can be no thread (one processor, a bundle without its file, a runtime that forbids it) it is done here.
 */
export class FileWriter {
  readonly rules: WritingRules;
  #files = 0;
  #thread: WriterThread | undefined;

  constructor(rules: WritingRules = {}) {
    this.rules = rules;
  }

  /** @returns the file's SHA-256 in hexadecimal digits. */
  async write(path: string, pieces: readonly Uint8Array[], options: WriteOptions): Promise<string> {
    this.#files += 1;
    if (this.#files === WORTH_A_THREAD) this.#thread = startThread(this.rules);
    if (this.#thread?.isReady === true) return await this.#thread.write(path, pieces, options);
    const [sha256] = await Promise.all([sha256Of(pieces), writeWhole(path, pieces, this.rules)]);
    return sha256;
  }

  async close(): Promise<void> {
    await this.#thread?.end();
  }
}

function startThread(rules: WritingRules): WriterThread | undefined {
  const file = new URL("./file-writer.thread.js", import.meta.url);
  try {
    if (availableParallelism() < 2 || !existsSync(fileURLToPath(file))) return undefined;
    return new WriterThread(new Worker(file, { execArgv: [] }), rules);
  } catch {
    return undefined;
  }
}

interface Waiting {
  resolve(sha256: string): void;
  reject(error: Error): void;
}

class WriterThread {
  readonly #worker: Worker;
  readonly #rules: WritingRules;
  readonly #waiting = new Map<number, Waiting>();
  #number = 0;
  #ready = false;

  constructor(worker: Worker, rules: WritingRules) {
    this.#worker = worker;
    this.#rules = rules;
    // Whoever waits for a file keeps the process alive, not the thread.
    worker.unref();
    worker.on("message", (answer: WriteAnswer | "ready") => {
      if (answer === "ready") this.#ready = true;
      else this.#answered(answer);
    });
    worker.on("error", (error) => this.#died(error));
    worker.on("exit", (code) => this.#died(new Error(`the writing thread ended with code ${code}`)));
  }

  /** Not before it has said so: what is sent to a thread that never starts would be lost. */
  get isReady(): boolean {
    return this.#ready;
  }

  write(path: string, pieces: readonly Uint8Array[], { takeOver }: WriteOptions): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#number += 1;
      const { private: isPrivate = false, lock } = this.#rules;
      const task: WriteTask = { number: this.#number, path, pieces, isPrivate, holder: lock?.holder };
      this.#waiting.set(task.number, { resolve, reject });
      this.#worker.ref();
      this.#send(task, takeOver);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #send(task: WriteTask, takeOver: boolean): void {
    const memory = takeOver ? new Set(task.pieces.map(({ buffer }) => buffer as ArrayBuffer)) : [];
    try {
      this.#worker.postMessage(task, [...memory]);
    } catch {
      // Memory that cannot be moved, such as Node's own pool for small buffers, is copied.
      this.#worker.postMessage(task);
    }
  }

  #answered(answer: WriteAnswer): void {
    const waiting = this.#waiting.get(answer.number);
    this.#waiting.delete(answer.number);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ("sha256" in answer) waiting?.resolve(answer.sha256);
    else waiting?.reject(this.#errorOf(answer));
  }

  #errorOf({ message, code, errno, path, isLockLost }: Exclude<WriteAnswer, { sha256: string }>): Error {
    if (!isLockLost) return Object.assign(new Error(message), { code, errno, path });
    try {
      // Its own sentence names the lock, and its signal stops everything else.
      this.#rules.lock?.check();
    } catch (error) {
      return error as Error;
    }
    return new Error(message);
  }

  /** What was with it is fetched once more; from now on files are written without it. */
  #died(cause: unknown): void {
    this.#ready = false;
    const message = "The thread that writes files has ended.";
    for (const { reject } of this.#waiting.values()) {
      reject(Object.assign(new Error(message, { cause }), { retryable: true }));
    }
    this.#waiting.clear();
  }
}
