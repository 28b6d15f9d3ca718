import { SlicMemoryError } from "../errors.ts";
import { computeSuperpixels } from "../index.ts";
import type { Answer, Failure, Task } from "./messages.ts";
import { runPart } from "./split.ts";

/** How a worker talks to the pool, whatever the platform. */
export interface TaskChannel {
  send(answer: Answer, transfer?: ArrayBuffer[]): void;
  onTask(listener: (task: Task) => void): void;
}

/** Works for a pool: one task at a time, each ended by one answer that is not progress. */
export function serve(channel: TaskChannel): void {
  let abort = new AbortController();
  channel.onTask((task) => {
    if (task.kind === "abort") {
      abort.abort();
      return;
    }
    abort = new AbortController();
    const { signal } = abort;
    work(task, signal, channel).catch((error: unknown) => {
      channel.send(signal.aborted ? { kind: "stopped" } : { kind: "failed", error: failure(error) });
    });
  });
  channel.send({ kind: "ready" });
}

async function work(task: Exclude<Task, { kind: "abort" }>, signal: AbortSignal, channel: TaskChannel): Promise<void> {
  const onProgress = (progress: { done: number; total: number }): void => channel.send({ kind: "progress", progress });
  if (task.kind === "whole") {
    const labels = await computeSuperpixels(task.raster, { ...task.options, signal, onProgress });
    channel.send({ kind: "labels", labels }, [labels.data.buffer]);
  } else {
    const count = runPart(task.part, onProgress);
    channel.send(count === undefined ? { kind: "stopped" } : { kind: "done", count });
  }
}

function failure(error: unknown): Failure {
  if (error instanceof SlicMemoryError) {
    return { name: error.name, message: error.message, size: [error.width, error.height, error.bytes] };
  }
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: "Error", message: String(error) };
}
