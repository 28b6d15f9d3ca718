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

/** The small letter of a letter; the Turkish capital I with its dot has the plain one, as in Python's tables. */
export function lowerCase(code: number, ignoreCase: IgnoreCase): number {
  if (code < 0x80) return ignoreCase !== false && code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
  return ignoreCase === "unicode" ? (String.fromCodePoint(code).toLowerCase().codePointAt(0) as number) : code;
}

/** Tests for one character; where case is ignored, for all that Python takes for it. */
export function charTest(code: number, ignoreCase: IgnoreCase): (code: number) => boolean {
  if (ignoreCase === false) return (each) => each === code;
  const wanted = lowerCase(code, ignoreCase);
  return (each) => {
    const lower = lowerCase(each, ignoreCase);
    const mayBeAlike = ignoreCase === "unicode" && (lower > 0x7f || wanted > 0x7f);
    return lower === wanted || (mayBeAlike && alikeOf(wanted).includes(lower));
  };
}

/** Tests for the characters of a set; its time does not grow with the number of members. */
export function setTest(members: readonly Member[], ignoreCase: IgnoreCase): (code: number) => boolean {
  const ranges = mergedRanges(members);
  const byName = new Map(
    members.flatMap((each) => ("from" in each ? [] : [[`${each.name}${each.negated}${each.ascii}`, each] as const])),
  );
  const classes = [...byName.values()];
  const isListed = (code: number): boolean => holds(ranges, code);
  const isOfAny = (code: number): boolean =>
    classes.some(({ name, negated, ascii }) => isOfClass(code, name, ascii) !== negated);
  if (ignoreCase === false) return (code) => isListed(code) || isOfAny(code);
  const isAscii = ignoreCase === "ascii" || (ranges.at(-1)?.to ?? 0) < 0x80;
  return (code) => {
    const lower = lowerCase(code, ignoreCase);
    if (isListed(lower) || isOfAny(lower)) return true;
    if (isAscii && lower < 0x80) return lower >= 0x61 && lower <= 0x7a && isListed(lower - 0x20);
    return ignoreCase === "unicode" && alikeOf(lower).some((each) => isListed(each) || capitalsOf(each).some(isListed));
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

/** No letter beyond this has two cases, and none from the first Chinese signs to Yi, nor from Hangul to the ligatures. */
const LAST_WITH_CASE = 0x1ffff;
const WITHOUT_CASE: Readonly<Record<number, number>> = { 11904: 0xa4d0, 44032: 0xfb00 };

type Letters = Map<number | string, readonly number[]>;

/** Small letter to its capitals (`K` and the Kelvin sign), and capital to its small letters; made when first asked for. */
let letters: Letters | undefined;

function allLetters(): Letters {
  const all: Letters = new Map();
  const add = (key: number | string, code: number): unknown => all.set(key, [...(all.get(key) ?? []), code]);
  for (let code = 0x41; code <= LAST_WITH_CASE; code++) {
    code = WITHOUT_CASE[code] ?? code;
    const char = String.fromCodePoint(code);
    const upper = char.toUpperCase();
    const lower = lowerCase(code, "unicode");
    if (lower !== code) add(lower, code);
    else if (upper !== char) add(upper, code);
  }
  return all;
}

function capitalsOf(code: number): readonly number[] {
  letters ??= allLetters();
  return letters.get(code) ?? [];
}

/**
 * The small letters with the same capital, this one among them: each stands for the others in a pattern, though not in a back
 * reference.
 */
function alikeOf(lower: number): readonly number[] {
  letters ??= allLetters();
  return letters.get(String.fromCodePoint(lower).toUpperCase()) ?? [lower];
}
