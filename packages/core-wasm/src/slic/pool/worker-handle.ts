import { SlicMemoryError, type SlicWorkerError } from "../errors.ts";
import type { SlicProgress } from "../options.ts";
import type { Answer, Failure, Task } from "./messages.ts";

/** A worker as the pool sees it, whatever the platform. */
export interface WorkerHandle {
  send(task: Task, transfer?: ArrayBuffer[]): void;
  /** Replaces the listeners: to what the worker answers (but that it is ready), and to its end, which comes once. */
  listen(onAnswer: (answer: Answer) => void, onEnd: (error: SlicWorkerError) => void): void;
  end(): void;
}

/** What a worker's end of any platform is told by its events. */
export interface WorkerEvents {
  answered(answer: Answer): void;
  /** @param error what the platform says, or a promise of what is behind it */
  ended(error: SlicWorkerError | Promise<SlicWorkerError>): void;
  readonly isReady: boolean;
}

/** Keeps what happens to a worker for whoever listens. */
export function workerEvents(): WorkerEvents & Pick<WorkerHandle, "listen"> {
  let isReady = false;
  let end: Promise<SlicWorkerError> | undefined;
  let onAnswer: (answer: Answer) => void = () => {};
  let onEnd: (error: SlicWorkerError) => void = () => {};
  return {
    get isReady() {
      return isReady;
    },
    answered(answer): void {
      if (answer.kind === "ready") isReady = true;
      else onAnswer(answer);
    },
    ended(error): void {
      if (end !== undefined) return;
      end = Promise.resolve(error);
      void end.then((settled) => onEnd(settled));
    },
    listen(takeAnswer, takeEnd): void {
      onAnswer = takeAnswer;
      onEnd = takeEnd;
      void end?.then(takeEnd);
    },
  };
}

/** Gives a worker a task and waits for the answer that ends it. Rejects when the worker ends. */
export function ask(
  worker: WorkerHandle,
  task: Task,
  onProgress: (progress: SlicProgress) => void,
  transfer: ArrayBuffer[] = [],
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.listen((answer) => {
      if (answer.kind === "progress") onProgress(answer.progress);
      else resolve(answer);
    }, reject);
    worker.send(task, transfer);
  });
}

/** The error that a worker reported, as it was there. */
export function errorOf({ name, message, size }: Failure): Error {
  if (size !== undefined) return new SlicMemoryError(...size);
  const error = name === "RangeError" ? new RangeError(message) : new Error(message);
  error.name = name;
  return error;
}

/** What to do about a script that is not there. */
export const PASS_WORKER: string =
  "Bundlers such as esbuild and Rollup do not copy it: bundle it as an entry of its own and pass its address, " +
  "or a function that starts it, as `worker`. " +
  'Vite\'s development server leaves it out unless optimizeDeps.exclude has "@isic/core-wasm".';
