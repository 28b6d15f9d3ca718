/**
 * A stroke font of our own for labels in pictures, under this package's licence (MIT): letters as lines on a grid, so that they are sharp at any
 * size and the same on every platform.
 *
 * The grid: capitals stand on row 8 and reach up to row 0, small letters up to row 3, tails hang down to row 11 (`b`). A
 * glyph is its width in columns and its lines; a line is a list of points, two digits (column, row) each. Inner points of a line
 * are corners that become curves; a line that ends where it begins is a closed curve.
 */
type Glyph = readonly [width: number, lines: string];

const BOWL = "0353580803";

const GLYPHS: Readonly<Record<string, Glyph>> = {
  A: [6, "0830 3068 1555"],
  B: [5, "0008 00505404 04545808"],
  C: [6, "626000086866"],
  D: [6, "0008 00606808"],
  E: [5, "0008 0050 0444 0858"],
  F: [5, "0008 0050 0444"],
  G: [6, "626000086864 6434"],
  H: [6, "0008 6068 0464"],
  I: [0, "0008"],
  J: [4, "40480806"],
  K: [5, "0008 5005 2358"],
  L: [5, "0008 0858"],
  M: [6, "0800 0035 3560 6068"],
  N: [6, "0800 0068 6860"],
  O: [6, "0060680800"],
  P: [5, "0008 00505404"],
  Q: [6, "0060680800 4669"],
  R: [5, "0008 00505404 2458"],
  S: [5, "5250000454580806"],
  T: [6, "0060 3038"],
  U: [6, "00086860"],
  V: [6, "0038 3860"],
  W: [8, "0028 2841 4168 6880"],
  X: [6, "0068 6008"],
  Y: [6, "0034 6034 3438"],
  Z: [6, "0060 6008 0868"],
  a: [5, `${BOWL} 5358`],
  b: [5, `0008 ${BOWL}`],
  c: [5, "545303085857"],
  d: [5, `5058 ${BOWL}`],
  e: [5, "0555 555303085857"],
  f: [3, "301018 0333"],
  g: [5, `${BOWL} 535b0b0a`],
  h: [5, "0008 05035358"],
  i: [0, "0308 0101"],
  j: [1, "131b0b 1111"],
  k: [4, "0008 4306 1548"],
  l: [0, "0008"],
  m: [8, "0308 05034348 45438388"],
  n: [5, "0308 05035358"],
  o: [5, BOWL],
  p: [5, `030b ${BOWL}`],
  q: [5, `535b ${BOWL}`],
  r: [3, "0308 050333"],
  s: [4, "4443030545480807"],
  t: [3, "111838 0333"],
  u: [5, "03085856 5358"],
  v: [4, "0328 2843"],
  w: [8, "0328 2844 4468 6883"],
  x: [4, "0348 4308"],
  y: [4, "0328 431b"],
  z: [4, "0343 4308 0848"],
  0: [5, "0050580800"],
  1: [4, "0220 2028 0848"],
  2: [5, "0200505408 0858"],
  3: [5, "0100505424 2454580807"],
  4: [5, "4840 4006 0656"],
  5: [5, "5000 0004 0453580807"],
  6: [5, "400208585404 0406"],
  7: [5, "0050 5028"],
  8: [5, "0050540400 0454580804"],
  9: [5, "185650000454 5452"],
  " ": [3, ""],
  ":": [0, "0404 0808"],
  ";": [0, "0404 080a"],
  ".": [0, "0808"],
  ",": [0, "080a"],
  "-": [3, "0535"],
  _: [5, "0959"],
  "+": [4, "0545 2327"],
  "/": [4, "0940"],
  "\\": [4, "0049"],
  "(": [2, "20020729"],
  ")": [2, "00222709"],
  "[": [2, "2000 0009 0929"],
  "]": [2, "0020 2029 2909"],
  "{": [3, "30101405 05151939"],
  "}": [3, "00202435 35252909"],
  "|": [0, "0009"],
  "!": [0, "0005 0808"],
  "?": [4, "010040442426 2828"],
  "&": [5, "581210404205083855"],
  "%": [5, "0020220200 3656583836 0850"],
  "#": [4, "1018 3038 0242 0646"],
  "*": [4, "2125 0244 0442"],
  "=": [4, "0444 0646"],
  "<": [4, "4205 0548"],
  ">": [4, "0245 4508"],
  "'": [0, "0002"],
  '"': [2, "0002 2022"],
  "`": [1, "0012"],
  "~": [4, "06143644"],
  "^": [4, "0320 2043"],
  "@": [6, "6660000868 2343462623 434666"],
  $: [5, "5250000454580806 3039"],
  "·": [0, "0505"],
  "°": [2, "0020220200"],
};

/** What is written with letters that there are. */
const SPELLED: Readonly<Record<string, string>> = {
  "–": "-",
  "—": "-",
  "−": "-",
  "…": "...",
  "×": "x",
  "≥": ">=",
  "≤": "<=",
  "’": "'",
  "‘": "'",
  "“": '"',
  "”": '"',
  µ: "u",
  ß: "ss",
  æ: "ae",
  Æ: "AE",
  œ: "oe",
  ø: "o",
  Ø: "O",
  ł: "l",
  Ł: "L",
};

/** A box, for letters that there are not. */
const UNKNOWN: Glyph = [5, "0050 5058 5808 0800"];

/** Columns between glyphs. */
const SPACING = 2.2;
/** Rows from the top of capitals to the line they stand on, and to the lowest tail. */
export const CAPITAL_ROWS = 8;
export const DEEPEST_ROW = 11;

/** A line of a text on the grid: points, columns and rows. */
export type Stroke = readonly (readonly [column: number, row: number])[];

/** The lines of a text, and how many columns it takes. */
export function strokesOf(text: string): { readonly strokes: readonly Stroke[]; readonly columns: number } {
  const strokes: Stroke[] = [];
  let at = 0;
  for (const [width, lines] of glyphsOf(text)) {
    for (const line of lines.split(" ")) if (line !== "") strokes.push(curved(pointsOf(line, at)));
    at += width + SPACING;
  }
  return { strokes, columns: Math.max(0, at - SPACING) };
}

/** The letters for which there are only boxes, each once; the first few. */
export function unknownLetters(texts: readonly string[]): string[] {
  const all = new Set(texts.flatMap(lettersOf));
  return [...all].filter((letter) => glyphOf(letter) === UNKNOWN).slice(0, 10);
}

function glyphsOf(text: string): Glyph[] {
  return lettersOf(text).map(glyphOf);
}

/** Accents are left out. */
function lettersOf(text: string): string[] {
  const plain = Array.from(text, (char) => SPELLED[char] ?? char).join("");
  return Array.from(plain.normalize("NFD").replaceAll(/\p{M}/gu, ""));
}

function glyphOf(letter: string): Glyph {
  return Object.hasOwn(GLYPHS, letter) ? GLYPHS[letter]! : /\s/.test(letter) ? GLYPHS[" "]! : UNKNOWN;
}

function pointsOf(line: string, from: number): [number, number][] {
  return Array.from({ length: line.length / 2 }, (_, i) => [
    from + Number.parseInt(line[2 * i]!, 16),
    Number.parseInt(line[2 * i + 1]!, 16),
  ]);
}

/** Corners cut three times over (Chaikin 1974): curves that keep to the grid. */
function curved(points: Stroke): Stroke {
  const [first, last] = [points[0]!, points.at(-1)!];
  const isClosed = points.length > 3 && first[0] === last[0] && first[1] === last[1];
  let line = points;
  for (let round = 0; round < 3 && points.length > 2; round++) {
    const cut: [number, number][] = isClosed ? [] : [[...line[0]!]];
    for (let i = 0; i + 1 < line.length; i++) {
      const [[ax, ay], [bx, by]] = [line[i]!, line[i + 1]!];
      // Ends stay where they are.
      if (isClosed || i > 0) cut.push([0.75 * ax + 0.25 * bx, 0.75 * ay + 0.25 * by]);
      if (isClosed || i + 2 < line.length) cut.push([0.25 * ax + 0.75 * bx, 0.25 * ay + 0.75 * by]);
    }
    cut.push(isClosed ? [...cut[0]!] : [...line.at(-1)!]);
    line = cut;
  }
  return line;
}
