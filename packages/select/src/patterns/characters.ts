/** Python's classes of characters; with the flag `a` they know ASCII only. */
export type ClassName = "d" | "w" | "s";

/** One member of a set: from one character to another (code points), or a class. */
export type Member =
  | { readonly from: number; readonly to: number }
  | { readonly name: ClassName; readonly negated: boolean; readonly ascii: boolean };

/** The classes as JavaScript writes them inside a set (with the flag `u`): Python's know all of Unicode. */
export const CLASS_SOURCES: Readonly<Record<ClassName, string>> = {
  d: "\\p{Nd}",
  w: "\\p{L}\\p{N}_",
  s: "\\t-\\r\\x1c-\\x1f\\x85\\p{Z}",
};
export const ASCII_CLASS_SOURCES: Readonly<Record<ClassName, string>> = { d: "0-9", w: "A-Za-z0-9_", s: "\\t-\\r " };

const TESTS: ReadonlyMap<string, RegExp> = new Map(
  [CLASS_SOURCES, ASCII_CLASS_SOURCES].flatMap((sources, ascii) =>
    Object.entries(sources).map(([name, source]) => [name + ascii, new RegExp(`^[${source}]$`, "u")] as const),
  ),
);

/** What each class has of ASCII, where most texts stay: a pattern may have many sets, and each looks at all of it. */
const asciiMembers = new Map<string, Uint8Array>();

/** Is this code point of the class? */
export function isOfClass(code: number, name: ClassName, ascii: boolean): boolean {
  const key = name + Number(ascii);
  const test = (each: number): boolean => TESTS.get(key)?.test(String.fromCodePoint(each)) ?? false;
  if (code >= 128) return test(code);
  let members = asciiMembers.get(key);
  if (members === undefined) {
    members = Uint8Array.from({ length: 128 }, (_, each) => +test(each));
    asciiMembers.set(key, members);
  }
  return members[code] === 1;
}

/** Is this code point in the set? Where case is ignored, in any of its spellings. */
export function isInSet(code: number, members: readonly Member[], ignoreCase: boolean): boolean {
  const isMember = (each: number): boolean =>
    members.some((member) =>
      "from" in member
        ? each >= member.from && each <= member.to
        : isOfClass(each, member.name, member.ascii) !== member.negated,
    );
  return isMember(code) || (ignoreCase && spellings(code).some(isMember));
}

/** One code point for all spellings of a letter, as Python compares where case is ignored: `K`, `k` and the Kelvin sign. */
export function foldCase(code: number): number {
  if (code < 0x80) return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
  // The Turkish capital I with its dot becomes two characters in JavaScript, and the plain letter in Python's tables.
  if (code === 0x130) return 0x69;
  const upper = single(String.fromCodePoint(code).toUpperCase()) ?? code;
  return single(String.fromCodePoint(upper).toLowerCase()) ?? upper;
}

function spellings(code: number): number[] {
  const folded = foldCase(code);
  return [folded, single(String.fromCodePoint(folded).toUpperCase()) ?? folded];
}

function single(text: string): number | undefined {
  const code = text.codePointAt(0) as number;
  return text.length === (code > 0xffff ? 2 : 1) ? code : undefined;
}
