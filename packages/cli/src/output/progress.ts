import { count } from "./table.ts";
import type { Output } from "./terminal.ts";
import { bytes, duration } from "./units.ts";

const REDRAW_MS = 100;
/** Half of what the rate says is newer than this. */
const MEMORY_S = 5;

/** Where some work stands. */
export interface ProgressState {
  readonly done: number;
  readonly total?: number | undefined;
  readonly bytes?: number | undefined;
  readonly failed?: number | undefined;
}

/** One line that is drawn over itself: on a terminal only, so that logs stay logs. */
export interface ProgressLine {
  update(state: ProgressState): void;
  /** Removes the line. */
  end(): void;
}

const silent: ProgressLine = { update: () => undefined, end: () => undefined };

/** A progress line on `output`, or nothing when it is no terminal or nobody wants to see it. */
export function progressLine(
  output: Output,
  title: string,
  quiet: boolean = false,
  now: () => number = Date.now,
): ProgressLine {
  if (!output.isTTY || quiet) return silent;
  const rate = new Rate(now);
  let drawn = 0;
  return {
    update(state) {
      rate.note(state);
      const last = state.total !== undefined && state.done >= state.total;
      if (now() - drawn < REDRAW_MS && !last) return;
      drawn = now();
      output.status(progressText(title, state, rate, output.width - 1));
    },
    end: () => output.status(""),
  };
}

/** Speed as it was lately: old seconds fade out. */
class Rate {
  readonly #now: () => number;
  #last: { time: number; done: number; bytes: number } | undefined;
  files = 0;
  bytes = 0;
  #weight = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  note(state: ProgressState): void {
    const time = this.#now();
    const { done, bytes: size = 0 } = state;
    this.#last ??= { time, done: 0, bytes: 0 };
    const seconds = (time - this.#last.time) / 1000;
    if (seconds < 0.2) return;
    const fade = 0.5 ** (seconds / MEMORY_S);
    this.#weight = this.#weight * fade + (1 - fade);
    const mix = (old: number, fresh: number): number => old + ((fresh - old) * (1 - fade)) / this.#weight;
    this.files = mix(this.files, (done - this.#last.done) / seconds);
    this.bytes = mix(this.bytes, (size - this.#last.bytes) / seconds);
    this.#last = { time, done, bytes: size };
  }
}

/** What the line says: a bar where there is room, counts, bytes, rate and the time that is left. */
function progressText(title: string, state: ProgressState, rate: Rate, width: number): string {
  const { done, total, bytes: size, failed = 0 } = state;
  const share = total === undefined || total === 0 ? undefined : Math.min(1, done / total);
  const facts = [
    total === undefined ? count(done) : `${count(done)}/${count(total)}`,
    share === undefined ? undefined : `${Math.floor(share * 100)} %`,
    size === undefined || size === 0 ? undefined : bytes(size),
    rate.bytes > 0
      ? `${bytes(rate.bytes)}/s`
      : rate.files > 0
        ? `${rate.files.toFixed(rate.files < 10 ? 1 : 0)}/s`
        : undefined,
    total === undefined || rate.files <= 0 || done >= total
      ? undefined
      : `${duration((total - done) / rate.files)} left`,
    failed > 0 ? `${count(failed)} failed` : undefined,
  ].filter((fact) => fact !== undefined);
  const text = `${title}  ${facts.join("  ")}`;
  const room = Math.min(30, width - text.length - 4);
  if (share === undefined || room < 8) return text.slice(0, width);
  const full = Math.round(share * room);
  return `${title} [${"#".repeat(full)}${"-".repeat(room - full)}] ${facts.join("  ")}`;
}
