import { layoutFor } from "../../kernels/slic-layout.ts";
import { pagesFor } from "../../kernels/slic-module.ts";
import { enter, readLabels } from "../../kernels/slic-wasm.ts";
import type { LabelImage, Raster } from "../../types.ts";
import { SlicWorkerError } from "../errors.ts";
import type { SlicParameters, SlicProgress } from "../options.ts";
import { planFor } from "../plan.ts";
import { askToStop, barrierBytes } from "./barrier.ts";
import type { Answer, Part } from "./messages.ts";
import { onAbort } from "./on-abort.ts";
import { sharedMemory, sharedModule } from "./shared.ts";
import { ask, errorOf, type WorkerHandle } from "./worker-handle.ts";

/** A picture to compute, and how to follow it. */
export interface Order {
  readonly raster: Raster;
  readonly parameters: SlicParameters;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: SlicProgress) => void;
}

/** Computes a picture in one worker, on a copy of its bytes. */
export async function computeInOne(worker: WorkerHandle, order: Order): Promise<LabelImage> {
  const { raster, parameters: options, signal, onProgress } = order;
  const stopListening = onAbort(signal, () => worker.send({ kind: "abort" }));
  try {
    // A copy that is handed over: cloning would take along all of the memory that the bytes may be a part of.
    const data = new Uint8Array(raster.data);
    const task = { kind: "whole", raster: { ...raster, data }, options } as const;
    const answer = await ask(worker, task, onProgress, [data.buffer]);
    if (answer.kind === "labels") return answer.labels;
    if (answer.kind === "failed") throw errorOf(answer.error);
    throw notAsked(answer, signal);
  } finally {
    stopListening();
  }
}

/** Computes a picture in several workers at once, in memory that they share. */
export async function computeSplit(workers: readonly WorkerHandle[], order: Order): Promise<LabelImage> {
  const { raster, parameters, signal, onProgress } = order;
  const plan = planFor(raster.width, raster.height, parameters);
  const layout = layoutFor(plan, workers.length);
  const memory = sharedMemory(pagesFor(layout.bytes, plan));
  // One worker has memory of its own; if that is too little too, it says so.
  if (memory === undefined) return computeInOne(workers[0]!, order);
  enter(memory.buffer, layout, plan, raster);
  const control = new SharedArrayBuffer(barrierBytes(workers.length));
  const common = { module: sharedModule(), memory, plan, layout, workers: workers.length, control };
  const stopListening = onAbort(signal, () => askToStop(control));
  try {
    const answers = await Promise.all(
      workers.map(async (worker, index) => {
        const part: Part = { ...common, index };
        const answer = await ask(worker, { kind: "part", part }, onProgress);
        // The others wait for it at the barrier, for ever: all of them are given up.
        if (answer.kind === "failed") {
          const cause = errorOf(answer.error);
          throw new SlicWorkerError("death", `A worker of the pool failed: ${cause.message}`, { cause });
        }
        return answer;
      }),
    );
    const [first] = answers;
    if (first?.kind !== "done") throw notAsked(first, signal);
    const labels = readLabels(memory.buffer, layout, plan, first.count);
    onProgress({ done: plan.rounds + 2, total: plan.rounds + 2 });
    return labels;
  } finally {
    stopListening();
  }
}

/** The reason of a worker that stopped, or an error for one that did so unasked or answered something else. */
function notAsked(answer: Answer | undefined, signal: AbortSignal | undefined): unknown {
  if (answer?.kind === "stopped" && signal?.aborted) return signal.reason;
  return new SlicWorkerError("protocol", `A worker of the pool answered "${answer?.kind}" unasked.`);
}
