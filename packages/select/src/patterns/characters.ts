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

/** Whose letters have two cases where case is ignored: nobody's, those of ASCII (flag `a`), or all of Unicode. */
export type IgnoreCase = false | "ascii" | "unicode";

/**
 * Small letters with the same capital: each stands for the others in a pattern, though not in a back reference (Unicode's
 * case mappings; Python has the same list).
 */
const SAME_CAPITAL: readonly (readonly number[])[] = [
  [0x69, 0x131],
  [0x73, 0x17f],
  [0xb5, 0x3bc],
  [0x345, 0x3b9, 0x1fbe],
  [0x390, 0x1fd3],
  [0x3b0, 0x1fe3],
  [0x3b2, 0x3d0],
  [0x3b5, 0x3f5],
  [0x3b8, 0x3d1],
  [0x3ba, 0x3f0],
  [0x3c0, 0x3d6],
  [0x3c1, 0x3f1],
  [0x3c2, 0x3c3],
  [0x3c6, 0x3d5],
  [0x432, 0x1c80],
  [0x434, 0x1c81],
  [0x43e, 0x1c82],
  [0x441, 0x1c83],
  [0x442, 0x1c84, 0x1c85],
  [0x44a, 0x1c86],
  [0x463, 0x1c87],
  [0x1c88, 0xa64b],
  [0x1e61, 0x1e9b],
  [0xfb05, 0xfb06],
];
const ALIKE: ReadonlyMap<number, readonly number[]> = new Map(
  SAME_CAPITAL.flatMap((letters) => letters.map((letter) => [letter, letters] as const)),
);

/** The small letter of a letter; the Turkish capital I with its dot has the plain one, as in Python's tables. */
export function lowerCase(code: number, ignoreCase: IgnoreCase): number {
  if (code < 0x80) return ignoreCase !== false && code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
  return ignoreCase === "unicode" ? (String.fromCodePoint(code).toLowerCase().codePointAt(0) as number) : code;
}

/** Tests for one character; where case is ignored, for all that Python takes for it. */
export function charTest(code: number, ignoreCase: IgnoreCase): (code: number) => boolean {
  if (ignoreCase === false) return (each) => each === code;
  const lower = lowerCase(code, ignoreCase);
  const alike = (ignoreCase === "unicode" ? ALIKE.get(lower) : undefined) ?? [lower];
  return (each) => alike.includes(lowerCase(each, ignoreCase));
}

/** Tests for the characters of a set; its time does not grow with the number of members. */
export function setTest(members: readonly Member[], ignoreCase: IgnoreCase): (code: number) => boolean {
  const ranges = mergedRanges(members);
  const classes = new Map(
    members.flatMap((each) => ("from" in each ? [] : [[`${each.name}${each.negated}${each.ascii}`, each] as const])),
  );
  const isListed = (code: number): boolean => holds(ranges, code);
  const isOfAny = (code: number): boolean =>
    [...classes.values()].some(({ name, negated, ascii }) => isOfClass(code, name, ascii) !== negated);
  if (ignoreCase === false) return (code) => isListed(code) || isOfAny(code);
  return (code) => {
    const lower = lowerCase(code, ignoreCase);
    const alike = (ignoreCase === "unicode" ? ALIKE.get(lower) : undefined) ?? [lower];
    return isOfAny(lower) || alike.some((each) => isListed(each) || capitalsOf(each, ignoreCase).some(isListed));
  };
}

/** All members that are characters, as ranges in order that do not touch. */
function mergedRanges(members: readonly Member[]): readonly { readonly from: number; to: number }[] {
  const given = members.filter((each) => "from" in each).sort((a, b) => a.from - b.from);
  const ranges: { from: number; to: number }[] = [];
  for (const { from, to } of given) {
    const last = ranges.at(-1);
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to);
    else ranges.push({ from, to });
  }
  return ranges;
}

function holds(ranges: readonly { readonly from: number; readonly to: number }[], code: number): boolean {
  let [low, high] = [0, ranges.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const { from, to } = ranges[middle]!;
    if (code < from) high = middle - 1;
    else if (code > to) low = middle + 1;
    else return true;
  }
  return false;
}

/** No letter beyond this has two cases. */
const LAST_WITH_CASE = 0x1ffff;
let capitals: ReadonlyMap<number, readonly number[]> | undefined;

/** The letters whose small letter this is; there may be several: `K` and the Kelvin sign. */
function capitalsOf(code: number, ignoreCase: IgnoreCase): readonly number[] {
  if (ignoreCase !== "unicode") return code >= 0x61 && code <= 0x7a ? [code - 0x20] : [];
  capitals ??= allCapitals();
  return capitals.get(code) ?? [];
}

function allCapitals(): ReadonlyMap<number, readonly number[]> {
  const all = new Map<number, number[]>();
  for (let code = 0x41; code <= LAST_WITH_CASE; code++) {
    const lower = lowerCase(code, "unicode");
    if (lower !== code) all.set(lower, [...(all.get(lower) ?? []), code]);
  }
  return all;
}
