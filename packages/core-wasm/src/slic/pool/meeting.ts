/** Where the threads of one picture wait for each other, in shared memory: how many have come, which meeting it is, ... */
const ARRIVED = 0;
const MEETING = 1;
const ABORT = 2;
const STOPPED = 3;
const FIRST_FLAG = 4;

/** The bytes of shared memory that `threads` threads need to meet. */
export function meetingBytes(threads: number): number {
  return 4 * (FIRST_FLAG + threads);
}

/** Asks the threads to stop; they do at their next meeting. */
export function askToStop(control: SharedArrayBuffer): void {
  Atomics.store(new Int32Array(control), ABORT, 1);
}

/** One thread's view of the meetings. */
export class Meeting {
  readonly #cells: Int32Array<SharedArrayBuffer>;
  readonly #thread: number;
  readonly #threads: number;

  constructor(control: SharedArrayBuffer, thread: number, threads: number) {
    this.#cells = new Int32Array(control);
    this.#thread = thread;
    this.#threads = threads;
  }

  /** Waits until all threads are here. False when they have been asked to stop: all of them get the same answer. */
  wait(): boolean {
    const cells = this.#cells;
    const meeting = Atomics.load(cells, MEETING);
    if (Atomics.add(cells, ARRIVED, 1) === this.#threads - 1) {
      Atomics.store(cells, STOPPED, Atomics.load(cells, ABORT));
      Atomics.store(cells, ARRIVED, 0);
      Atomics.add(cells, MEETING, 1);
      Atomics.notify(cells, MEETING);
    } else {
      while (Atomics.load(cells, MEETING) === meeting) Atomics.wait(cells, MEETING, meeting);
    }
    return Atomics.load(cells, STOPPED) === 0;
  }

  /** Leaves a number for the others; they see it after the next meeting. */
  say(flag: number): void {
    Atomics.store(this.#cells, FIRST_FLAG + this.#thread, flag);
  }

  /** What all threads have said, or-ed. */
  heard(): number {
    let all = 0;
    for (let thread = 0; thread < this.#threads; thread++) all |= Atomics.load(this.#cells, FIRST_FLAG + thread);
    return all;
  }
}
