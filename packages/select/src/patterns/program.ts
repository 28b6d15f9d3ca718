import { charTest, type IgnoreCase, isOfClass, setTest } from "./characters.ts";
import { type Assertion, type Node, type Pattern, PatternLimitError } from "./syntax.ts";

/** One step of a program. Places in the program are numbers of steps. */
export type Step =
  | { readonly op: "char"; readonly test: (code: number) => boolean }
  | { readonly op: "assert"; readonly holds: (text: readonly number[], at: number) => boolean }
  /** Goes on at `first`, and at `second` if that fails. */
  | { readonly op: "split"; first: number; second: number }
  | { readonly op: "jump"; to: number }
  /** Keeps the place in the text where a group begins or ends. */
  | { readonly op: "save"; readonly slot: number }
  /** Goes on at `exit` when the text has not moved since the slot was saved: an empty repetition ends. */
  | { readonly op: "moved"; readonly slot: number; exit: number }
  | { readonly op: "reference"; readonly index: number; readonly ignoreCase: IgnoreCase }
  | { readonly op: "given"; readonly index: number; otherwise: number }
  /** Runs the steps up to `end` by themselves: lookaround (which `width` characters before?), and atomic groups. */
  | { readonly op: "look"; readonly negated: boolean; readonly width: number; end: number }
  | { readonly op: "atomic"; end: number }
  | { readonly op: "match" };

/** A pattern as steps. */
export interface Program {
  readonly steps: readonly Step[];
  readonly slots: number;
  /** Does what a group holds decide anything? Then the same place may be reached twice with different results. */
  readonly remembers: boolean;
}

/** More steps than this are a repetition written out too often, unless the pattern itself is that long. */
const MOST_STEPS = 5000;

/**
 * Writes a pattern out as steps; `{m,n}` is written out n times.
 *
 * @throws PatternLimitError when that are too many.
 */
export function compileProgram({ node, groups }: Pattern, length: number): Program {
  const steps: Step[] = [];
  const most = Math.max(MOST_STEPS, 4 * length);
  let slots = 2 * (groups + 1);
  let remembers = false;
  const add = <S extends Step>(step: S): S => {
    if (steps.length >= most) throw new PatternLimitError("its repetitions are too many");
    steps.push(step);
    return step;
  };
  const emit = (each: Node): void => {
    switch (each.kind) {
      case "char":
      case "any":
      case "set":
        add({ op: "char", test: testOf(each) });
        break;
      case "assertion":
        add({ op: "assert", holds: placeTest(each) });
        break;
      case "sequence":
        each.parts.forEach(emit);
        break;
      case "alternatives":
        emitAlternatives(each.parts);
        break;
      case "repeat":
        emitRepeat(each.part, each.low, each.high, each.lazy);
        break;
      case "group":
        add({ op: "save", slot: 2 * each.index });
        emit(each.part);
        add({ op: "save", slot: 2 * each.index + 1 });
        break;
      case "reference":
        remembers = true;
        add({ op: "reference", index: each.index, ignoreCase: each.ignoreCase });
        break;
      case "conditional": {
        remembers = true;
        const given = add({ op: "given", index: each.index, otherwise: 0 });
        emit(each.yes);
        const jump = add({ op: "jump", to: 0 });
        given.otherwise = steps.length;
        emit(each.no);
        jump.to = steps.length;
        break;
      }
      case "look":
      case "atomic": {
        const width = each.kind === "look" && each.behind ? lengthOf(each.part) : 0;
        const run =
          each.kind === "look"
            ? add({ op: "look", negated: each.negated, width, end: 0 })
            : add({ op: "atomic", end: 0 });
        emit(each.part);
        add({ op: "match" });
        run.end = steps.length;
      }
    }
  };
  const emitAlternatives = (parts: readonly Node[]): void => {
    const jumps: { to: number }[] = [];
    parts.forEach((part, i) => {
      const split = i < parts.length - 1 ? add({ op: "split", first: steps.length + 1, second: 0 }) : undefined;
      emit(part);
      if (split === undefined) return;
      jumps.push(add({ op: "jump", to: 0 }));
      split.second = steps.length;
    });
    for (const jump of jumps) jump.to = steps.length;
  };
  const emitRepeat = (part: Node, low: number, high: number, lazy: boolean): void => {
    for (let i = 0; i < low; i++) emit(part);
    const splits: { first: number; second: number }[] = [];
    const split = (): void => {
      splits.push(add({ op: "split", first: steps.length + 1, second: 0 }));
    };
    if (high === Number.POSITIVE_INFINITY) {
      const loop = steps.length;
      const slot = slots++;
      split();
      add({ op: "save", slot });
      emit(part);
      const moved = add({ op: "moved", slot, exit: 0 });
      add({ op: "jump", to: loop });
      moved.exit = steps.length;
    } else {
      for (let i = low; i < high; i++) {
        split();
        emit(part);
      }
    }
    for (const each of splits) {
      each.second = steps.length;
      if (lazy) [each.first, each.second] = [each.second, each.first];
    }
  };
  emit(node);
  add({ op: "match" });
  return { steps, slots, remembers };
}

/** The one length of what is looked for behind; the parser has seen to it that there is one. */
function lengthOf(node: Node): number {
  switch (node.kind) {
    case "char":
    case "any":
    case "set":
      return 1;
    case "sequence":
      return node.parts.reduce((sum, part) => sum + lengthOf(part), 0);
    case "alternatives":
      return lengthOf(node.parts[0] as Node);
    case "repeat":
      return node.low * lengthOf(node.part);
    case "group":
    case "atomic":
      return lengthOf(node.part);
    case "conditional":
      return lengthOf(node.yes);
    default:
      return 0;
  }
}

function testOf(node: Node & { readonly kind: "char" | "any" | "set" }): (code: number) => boolean {
  if (node.kind === "any") return node.dotAll ? () => true : (code) => code !== 10;
  if (node.kind === "char") return charTest(node.code, node.ignoreCase);
  const { members, negated, ignoreCase } = node;
  const isMember = setTest(members, ignoreCase);
  // Most texts are ASCII, and a class costs a regular expression: what is known of it is kept. 1 is yes, 2 no.
  const ascii = new Uint8Array(128);
  return (code) => {
    if (code >= 128) return isMember(code) !== negated;
    if (ascii[code] === 0) ascii[code] = isMember(code) !== negated ? 1 : 2;
    return ascii[code] === 1;
  };
}

function placeTest({ place, ascii }: Assertion): (text: readonly number[], at: number) => boolean {
  const isEdge = (text: readonly number[], at: number): boolean => {
    const isWord = (code: number | undefined): boolean => code !== undefined && isOfClass(code, "w", ascii);
    return isWord(text[at - 1]) !== isWord(text[at]);
  };
  switch (place) {
    case "start":
      return (_, at) => at === 0;
    case "end":
      return (text, at) => at === text.length;
    case "lineStart":
      return (text, at) => at === 0 || text[at - 1] === 10;
    case "lineEnd":
      return (text, at) => at === text.length || text[at] === 10;
    case "dollar":
      return (text, at) => at === text.length || (at === text.length - 1 && text[at] === 10);
    case "edge":
      return isEdge;
    case "noEdge":
      // Python before 3.14: the empty text has no place that is none.
      return (text, at) => text.length > 0 && !isEdge(text, at);
  }
}
