import { SlicMemoryError } from "../errors.ts";
import type { SlicProgress } from "../options.ts";
import type { Answer, Failure, Task } from "./messages.ts";

/** A thread as the pool sees it, whatever the platform. */
export interface Thread {
  send(task: Task): void;
  /** Replaces the listeners: to what the thread answers, and to its death. */
  listen(onAnswer: (answer: Answer) => void, onDeath: (error: unknown) => void): void;
  end(): void;
}

/** Gives a thread a task and waits for the answer that ends it. Rejects when the thread dies. */
export function ask(thread: Thread, task: Task, onProgress: (progress: SlicProgress) => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    thread.listen((answer) => {
      if (answer.kind === "progress") onProgress(answer.progress);
      else resolve(answer);
    }, reject);
    thread.send(task);
  });
}

/** The error that a thread reported, as it was there. */
export function errorOf({ name, message, size }: Failure): Error {
  if (size !== undefined) return new SlicMemoryError(...size);
  const error = name === "RangeError" ? new RangeError(message) : new Error(message);
  error.name = name;
  return error;
}
