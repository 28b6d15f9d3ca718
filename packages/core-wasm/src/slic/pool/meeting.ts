/** How the threads of one picture come together, in shared memory: how many have arrived, which meeting it is, ... */
const ARRIVED = 0;
const MEETING = 1;
const ABORT = 2;
const STOPPED = 3;
/** The first piece of the current work that nobody has taken, and the first whose turn has not been. */
const TAKEN = 4;
const TURN = 5;
const OUTCOME = 6;
const FIRST_WORD = 7;

/** The bytes of shared memory that `threads` threads need to meet. */
export function meetingBytes(threads: number): number {
  return 4 * (FIRST_WORD + threads);
}

/** Asks the threads to stop; they do at their next meeting. */
export function askToStop(control: SharedArrayBuffer): void {
  Atomics.store(new Int32Array(control), ABORT, 1);
}

/** Does the pieces `from` to `to` of something. */
export type Work = (from: number, to: number) => void;

/** One thread's view of the meetings, and of the work between two of them. */
export class Meeting {
  readonly #cells: Int32Array<SharedArrayBuffer>;
  readonly #thread: number;
  readonly #threads: number;

  constructor(control: SharedArrayBuffer, thread: number, threads: number) {
    this.#cells = new Int32Array(control);
    this.#thread = thread;
    this.#threads = threads;
  }

  /**
   * Waits until all threads are here; the last to come does `once` before all go on.
   *
   * @returns to all of them what `once` gave, or 0; undefined when they have been asked to stop
   */
  wait(once?: () => unknown): number | undefined {
    const cells = this.#cells;
    const meeting = Atomics.load(cells, MEETING);
    if (Atomics.add(cells, ARRIVED, 1) === this.#threads - 1) {
      Atomics.store(cells, STOPPED, Atomics.load(cells, ABORT));
      if (Atomics.load(cells, STOPPED) === 0) Atomics.store(cells, OUTCOME, Number(once?.() ?? 0));
      for (const cell of [ARRIVED, TAKEN, TURN]) Atomics.store(cells, cell, 0);
      Atomics.add(cells, MEETING, 1);
      Atomics.notify(cells, MEETING);
    } else {
      while (Atomics.load(cells, MEETING) === meeting) Atomics.wait(cells, MEETING, meeting);
    }
    return Atomics.load(cells, STOPPED) === 0 ? Atomics.load(cells, OUTCOME) : undefined;
  }

  /** Does work of `all` pieces together with the other threads, each taking the next `size` pieces when it is free. */
  share(all: number, size: number, work: Work): void {
    for (;;) {
      const from = Atomics.add(this.#cells, TAKEN, size);
      if (from >= all) return;
      work(from, Math.min(from + size, all));
    }
  }

  /**
   * `share`, with a second part of the work that is done in the order of the pieces. Nobody waits for a turn while there
   * are pieces left: a thread that the system has put aside holds up no other.
   */
  shareInOrder(all: number, size: number, work: Work, ordered: Work): void {
    const due: [from: number, to: number][] = [];
    const catchUp = (patient: boolean): void => {
      for (let next = due[0]; next !== undefined && (patient || this.#turn() === next[0]); next = due[0]) {
        due.shift();
        this.#inTurn(...next, ordered);
      }
    };
    this.share(all, size, (from, to) => {
      work(from, to);
      due.push([from, to]);
      catchUp(false);
    });
    catchUp(true);
  }

  #turn(): number {
    return Atomics.load(this.#cells, TURN);
  }

  #inTurn(from: number, to: number, work: Work): void {
    for (let turn = this.#turn(); turn !== from; turn = this.#turn()) Atomics.wait(this.#cells, TURN, turn);
    work(from, to);
    Atomics.store(this.#cells, TURN, to);
    Atomics.notify(this.#cells, TURN);
  }

  /** Leaves a number for the one who comes last to the next meeting. */
  say(word: number): void {
    Atomics.store(this.#cells, FIRST_WORD + this.#thread, word);
  }

  /** What all threads have said; only to be asked within `once`. */
  heard(): number[] {
    return [...this.#cells.subarray(FIRST_WORD)];
  }
}
