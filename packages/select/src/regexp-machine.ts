import type { Node } from "./regexp.ts";

/** One instruction: a character or assertion to test, or two ways to go on. */
type Instruction =
  | { readonly test: RegExp; readonly width: 0 | 1 }
  | { readonly ways: readonly [number, number] }
  | { readonly found: true };

export type Program = readonly Instruction[];

/** Patterns that need more instructions are refused: `(a{1000}){1000}` is a million. */
const LARGEST = 2000;

export function compileProgram(node: Node, flags: string): Program {
  const program: Instruction[] = [];
  const emit = (instruction: Instruction): number => {
    if (program.length >= LARGEST) throw new SyntaxError("its repetitions are too large");
    return program.push(instruction) - 1;
  };
  const patch = (at: number, first: number, second: number): void => {
    program[at] = { ways: [first, second] };
  };
  const compile = (part: Node): void => {
    if (part.kind === "leaf") emit({ test: new RegExp(part.source, `${flags}y`), width: part.width });
    else if (part.kind === "all") part.parts.forEach(compile);
    else if (part.kind === "any") compileAny(part.parts);
    else compileRepeat(part.part, part.min, part.max);
  };
  const compileAny = (parts: readonly Node[]): void => {
    const [first, ...rest] = parts as [Node, ...Node[]];
    if (rest.length === 0) {
      compile(first);
      return;
    }
    const fork = emit({ ways: [0, 0] });
    compile(first);
    const leave = emit({ ways: [0, 0] });
    patch(fork, fork + 1, program.length);
    compileAny(rest);
    patch(leave, program.length, program.length);
  };
  const compileRepeat = (part: Node, min: number, max: number): void => {
    for (let i = 0; i < min; i++) compile(part);
    if (max === Number.POSITIVE_INFINITY) {
      const fork = emit({ ways: [0, 0] });
      compile(part);
      emit({ ways: [fork, fork] });
      patch(fork, fork + 1, program.length);
      return;
    }
    const forks: number[] = [];
    for (let i = min; i < max; i++) {
      forks.push(emit({ ways: [0, 0] }));
      compile(part);
    }
    for (const fork of forks) patch(fork, fork + 1, program.length);
  };
  compile(node);
  emit({ found: true });
  return program;
}

/** Follows every way at once: at most one visit per instruction and character. */
export function runProgram(program: Program, text: string): boolean {
  const visited = new Int32Array(program.length).fill(-1);
  let here: number[] = [];
  let at = 0;
  // Adds an instruction and all it leads to without reading a character; true when the pattern is found.
  const reach = (start: number, into: number[]): boolean => {
    const pending = [start];
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (visited[index] === at) continue;
      visited[index] = at;
      const instruction = program[index] as Instruction;
      if ("found" in instruction) return true;
      if ("ways" in instruction) pending.push(...instruction.ways);
      else if (instruction.width === 1) into.push(index);
      else if (testAt(instruction.test, text, at)) pending.push(index + 1);
    }
    return false;
  };
  for (;;) {
    if (reach(0, here)) return true;
    if (at >= text.length) return false;
    const from = at;
    at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
    const next: number[] = [];
    for (const index of here) {
      const { test } = program[index] as { test: RegExp };
      if (testAt(test, text, from) && reach(index + 1, next)) return true;
    }
    here = next;
  }
}

function testAt(test: RegExp, text: string, at: number): boolean {
  test.lastIndex = at;
  return test.test(text);
}
