import { type IgnoreCase, lowerCase } from "./characters.ts";
import type { Program } from "./program.ts";
import { PatternLimitError } from "./syntax.ts";

/** So many steps are taken for one text before it is given up: well under a second. */
const MOST_STEPS = 10_000_000;

/** A bit for each step at each place of the text; more would not fit into memory that one may take for a search. */
const MOST_BITS = 2 ** 28;

/**
 * Does the pattern match anywhere in the text? Tries one way after the other, as Python does, and no step at one place of
 * the text twice, unless back references make a difference: the time grows with the product of both lengths.
 *
 * @throws PatternLimitError after ten million steps.
 */
export function search(program: Program, text: string): boolean {
  return new Run(
    program,
    Array.from(text, (char) => char.codePointAt(0) as number),
  ).search();
}

class Run {
  readonly #program: Program;
  readonly #text: readonly number[];
  readonly #slots: Int32Array;
  #left = MOST_STEPS;

  constructor(program: Program, text: readonly number[]) {
    this.#program = program;
    this.#text = text;
    this.#slots = new Int32Array(program.slots).fill(-1);
  }

  search(): boolean {
    const { steps, remembers } = this.#program;
    const places = this.#text.length + 1;
    if (!remembers && steps.length * places > MOST_BITS) throw this.#tooLong();
    const bits = remembers ? undefined : new Uint32Array((steps.length * places + 31) >>> 5);
    const isNew = (step: number, at: number): boolean => {
      if (bits === undefined) return true;
      const index = step * places + at;
      const [word, bit] = [index >>> 5, 1 << (index & 31)];
      if ((bits[word]! & bit) !== 0) return false;
      bits[word]! |= bit;
      return true;
    };
    for (let at = 0; at < places; at++) {
      if (this.#from(0, at, isNew) >= 0) return true;
      this.#slots.fill(-1);
    }
    return false;
  }

  /** Where a match ends that begins with a step at a place of the text; -1 when there is none. */
  #from(first: number, start: number, isNew: (step: number, at: number) => boolean): number {
    const { steps } = this.#program;
    const [text, slots] = [this.#text, this.#slots];
    // What is left to try: step and place, or (below zero) a slot and what it held.
    const stack: number[] = [first, start];
    const save = (slot: number, at: number): void => {
      stack.push(-1 - slot, slots[slot]!);
      slots[slot] = at;
    };
    while (stack.length > 0) {
      let at = stack.pop() as number;
      let next = stack.pop() as number;
      if (next < 0) {
        slots[-1 - next] = at;
        continue;
      }
      while (next >= 0) {
        if (--this.#left < 0) throw this.#tooLong();
        if (!isNew(next, at)) break;
        const step = steps[next]!;
        const here = next;
        next = -1;
        switch (step.op) {
          case "char":
            if (at < text.length && step.test(text[at]!)) [next, at] = [here + 1, at + 1];
            break;
          case "assert":
            if (step.holds(text, at)) next = here + 1;
            break;
          case "split":
            stack.push(step.second, at);
            next = step.first;
            break;
          case "jump":
            next = step.to;
            break;
          case "save":
            save(step.slot, at);
            next = here + 1;
            break;
          case "moved":
            next = slots[step.slot] === at ? step.exit : here + 1;
            break;
          case "given":
            next = slots[2 * step.index + 1]! >= 0 ? here + 1 : step.otherwise;
            break;
          case "reference": {
            const end = this.#repeatOf(step.index, step.ignoreCase, at);
            if (end >= 0) [next, at] = [here + 1, end];
            break;
          }
          case "look": {
            const before = slots.slice();
            const found = at >= step.width && this.#alone(here + 1, at - step.width) >= 0;
            if (found !== step.negated) next = step.end;
            this.#keep(before, next >= 0 && !step.negated, stack);
            break;
          }
          case "atomic": {
            const before = slots.slice();
            const end = this.#alone(here + 1, at);
            if (end >= 0) [next, at] = [step.end, end];
            this.#keep(before, end >= 0, stack);
            break;
          }
          case "match":
            return at;
        }
      }
    }
    return -1;
  }

  #tooLong(): PatternLimitError {
    return new PatternLimitError(`it takes too many steps on a text of ${this.#text.length} characters`);
  }

  /** A part of the program run by itself, which remembers its own steps. */
  #alone(first: number, start: number): number {
    if (this.#program.remembers) return this.#from(first, start, () => true);
    const places = this.#text.length + 1;
    const seen = new Set<number>();
    return this.#from(first, start, (step, at) => {
      // It costs as much again.
      this.#left--;
      return seen.size !== seen.add(step * places + at).size;
    });
  }

  /** What groups hold after a part run by itself: kept (and put back when what follows fails), or put back at once. */
  #keep(before: Int32Array, isKept: boolean, stack: number[]): void {
    const slots = this.#slots;
    for (let slot = 0; slot < slots.length; slot++) {
      if (slots[slot] === before[slot]) continue;
      if (isKept) stack.push(-1 - slot, before[slot]!);
      else slots[slot] = before[slot]!;
    }
  }

  /** The end of what a group holds, where it stands here again; -1 where it does not. */
  #repeatOf(index: number, ignoreCase: IgnoreCase, at: number): number {
    const [from, to] = [this.#slots[2 * index]!, this.#slots[2 * index + 1]!];
    if (from < 0 || to < from || at + to - from > this.#text.length) return -1;
    this.#left -= to - from;
    for (let i = 0; i < to - from; i++) {
      const [a, b] = [this.#text[from + i]!, this.#text[at + i]!];
      if (a !== b && lowerCase(a, ignoreCase) !== lowerCase(b, ignoreCase)) return -1;
    }
    return at + to - from;
  }
}
