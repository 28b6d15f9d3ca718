import type { LabelImage, Raster } from "../../types.ts";
import { SlicThreadError } from "../errors.ts";
import { layoutFor } from "../layout.ts";
import { pagesFor } from "../module.ts";
import type { SlicParameters, SlicProgress } from "../options.ts";
import { planFor } from "../plan.ts";
import { enter, readLabels } from "../wasm.ts";
import { askToStop, meetingBytes } from "./meeting.ts";
import type { Share } from "./messages.ts";
import { sharedMemory, sharedModule } from "./shared.ts";
import { ask, errorOf, type Thread } from "./thread.ts";

/** A picture to compute, and how to follow it. */
export interface Order {
  readonly raster: Raster;
  readonly parameters: SlicParameters;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: SlicProgress) => void;
}

/** Computes a picture in one thread. */
export async function computeAlone(thread: Thread, order: Order): Promise<LabelImage> {
  const { raster, parameters: options, signal, onProgress } = order;
  const stop = (): void => thread.send({ kind: "abort" });
  signal?.addEventListener("abort", stop);
  try {
    const answer = await ask(thread, { kind: "whole", raster, options }, onProgress).catch(lost);
    if (answer.kind === "labels") return answer.labels;
    if (answer.kind === "failed") throw errorOf(answer.error);
    signal?.throwIfAborted();
    throw new SlicThreadError("A thread stopped without being asked to.");
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** Computes a picture in several threads at once, in memory that they share. */
export async function computeTogether(team: readonly Thread[], order: Order): Promise<LabelImage> {
  const { raster, parameters, signal, onProgress } = order;
  const plan = planFor(raster.width, raster.height, parameters);
  const layout = layoutFor(plan, team.length);
  const memory = sharedMemory(pagesFor(layout.bytes, plan), plan, layout.bytes);
  enter(memory.buffer, layout, plan, raster);
  const control = new SharedArrayBuffer(meetingBytes(team.length));
  const share = { module: sharedModule(), memory, plan, layout, threads: team.length, control };
  const stop = (): void => askToStop(control);
  signal?.addEventListener("abort", stop);
  try {
    const shares = team.map((_, thread): Share => ({ ...share, thread }));
    const answers = await Promise.all(
      shares.map((each, i) => ask(team[i]!, { kind: "share", share: each }, onProgress).then(orLost)),
    ).catch(lost);
    const [count] = answers;
    if (count !== undefined) {
      const labels = readLabels(memory.buffer, layout, plan, count);
      onProgress({ done: plan.rounds + 2, total: plan.rounds + 2 });
      return labels;
    }
    signal?.throwIfAborted();
    throw new SlicThreadError("The threads stopped without being asked to.");
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** A thread that failed leaves the others waiting for it. */
function orLost(answer: Awaited<ReturnType<typeof ask>>): number | undefined {
  if (answer.kind === "done") return answer.count;
  if (answer.kind === "stopped") return undefined;
  throw answer.kind === "failed" ? errorOf(answer.error) : new Error("A thread answered out of turn.");
}

function lost(cause: unknown): never {
  throw new SlicThreadError("A thread of the pool died.", { cause });
}
