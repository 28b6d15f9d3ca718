/** The cells of shared memory by which the workers of one picture wait for each other: how many have arrived, how often all have, ... */
const ARRIVED = 0;
const PHASE = 1;
const ABORT = 2;
const STOPPED = 3;
/** The first piece of the current work that nobody has taken, and the first whose turn has not been. */
const TAKEN = 4;
const TURN = 5;
const OUTCOME = 6;
const FIRST_WORD = 7;

/** The bytes of shared memory that a barrier for so many workers takes. */
export function barrierBytes(workers: number): number {
  return 4 * (FIRST_WORD + workers);
}

/** Asks the workers to stop; they do at the next barrier. */
export function askToStop(control: SharedArrayBuffer): void {
  Atomics.store(new Int32Array(control), ABORT, 1);
}

/** Does the pieces `from` to `to` of something. */
export type Work = (from: number, to: number) => void;

/** One worker's view of the barrier, and of the work between two phases. */
export class Barrier {
  readonly #cells: Int32Array<SharedArrayBuffer>;
  readonly #index: number;
  readonly #workers: number;

  constructor(control: SharedArrayBuffer, index: number, workers: number) {
    this.#cells = new Int32Array(control);
    this.#index = index;
    this.#workers = workers;
  }

  /**
   * Waits until all workers are here; the last to come does `once` before all go on.
   *
   * @returns to all of them what `once` gave, or 0; undefined when they have been asked to stop
   */
  wait(once?: () => unknown): number | undefined {
    const cells = this.#cells;
    const phase = Atomics.load(cells, PHASE);
    if (Atomics.add(cells, ARRIVED, 1) === this.#workers - 1) {
      Atomics.store(cells, STOPPED, Atomics.load(cells, ABORT));
      if (Atomics.load(cells, STOPPED) === 0) Atomics.store(cells, OUTCOME, Number(once?.() ?? 0));
      for (const cell of [ARRIVED, TAKEN, TURN]) Atomics.store(cells, cell, 0);
      Atomics.add(cells, PHASE, 1);
      Atomics.notify(cells, PHASE);
    } else {
      while (Atomics.load(cells, PHASE) === phase) Atomics.wait(cells, PHASE, phase);
    }
    return Atomics.load(cells, STOPPED) === 0 ? Atomics.load(cells, OUTCOME) : undefined;
  }

  /** Does work of `all` pieces together with the other workers, each taking the next `size` pieces when it is free. */
  forEachChunk(all: number, size: number, work: Work): void {
    for (;;) {
      const from = Atomics.add(this.#cells, TAKEN, size);
      if (from >= all) return;
      work(from, Math.min(from + size, all));
    }
  }

  /**
   * `forEachChunk`, with a second part of the work that is done in the order of the pieces. Nobody waits for a turn while there
   * are pieces left: a worker that the system has put aside holds up no other.
   */
  forEachChunkInOrder(all: number, size: number, work: Work, ordered: Work): void {
    const due: [from: number, to: number][] = [];
    const catchUp = (wait: boolean): void => {
      for (let next = due[0]; next !== undefined && (wait || this.#turn() === next[0]); next = due[0]) {
        due.shift();
        this.#inTurn(...next, ordered);
      }
    };
    this.forEachChunk(all, size, (from, to) => {
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

  /** Leaves a number for the one who comes last to the next phase. */
  publish(word: number): void {
    Atomics.store(this.#cells, FIRST_WORD + this.#index, word);
  }

  /** What all workers have published; only to be asked within `once`. */
  published(): number[] {
    return [...this.#cells.subarray(FIRST_WORD)];
  }
}
