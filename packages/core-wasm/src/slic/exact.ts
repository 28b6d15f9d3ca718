// exp and power with the same bits in every engine. ECMAScript leaves Math.exp and ** to the engine, and engines differ in the
// last bit; sums, products, quotients and roots are those of IEEE 754 everywhere. So both are computed from these alone, in
// pairs of numbers (the head and what rounding took from it: about 106 bits), and rounded once at the end: results are those
// of correct rounding, but for arguments whose exact result lies within some 2^-90 (relative) of the middle between two numbers.
// Sums and products of pairs: T. J. Dekker, "A floating-point technique for extending the available precision", Numerische
// Mathematik 18 (1971).

/** A sum of two numbers that do not overlap, the larger one first. */
type Pair = readonly [head: number, tail: number];

/** `e^x` for -700 < x < 700. */
export function exp(x: number): number {
  return expOf([x, 0])[0];
}

/** `x^y` for x > 0, as long as the result is a normal number. */
export function power(x: number, y: number): number {
  return expOf(times(logOf(x), [y, 0]))[0];
}

/** The logarithm of 2 to some 120 bits, in three numbers; the first two have 32 bits, so small multiples of them are exact. */
const LN2: readonly number[] = [0.6931471803691238, 1.9082149288430703e-10, 4.275175589747649e-20];
/** Halved so often, what is left is below 0.0007. */
const HALVINGS = 9;
const TERMS = 9;

function expOf(x: Pair): Pair {
  const twos = Math.round(x[0] / LN2[0]!);
  let rest = x;
  for (const part of LN2) rest = plus(rest, product(-twos, part));
  rest = [rest[0] / 2 ** HALVINGS, rest[1] / 2 ** HALVINGS];
  // The Taylor series, from its end; the first term, 1, is added last, so that squaring does not round it away.
  let sum: Pair = [0, 0];
  for (let n = TERMS; n > 0; n--) sum = times(over(plus([1, 0], sum), n), rest);
  // (1 + s)^2 = 1 + (2 s + s^2)
  for (let i = 0; i < HALVINGS; i++) sum = plus([2 * sum[0], 2 * sum[1]], times(sum, sum));
  const [head, tail] = plus([1, 0], sum);
  const scale = twoTo(twos);
  return [head * scale, tail * scale];
}

/** A power of two; exact, which `2 ** n` need not be everywhere. */
function twoTo(n: number): number {
  let power = 1;
  for (let i = 0; i < Math.abs(n); i++) power *= 2;
  return n < 0 ? 1 / power : power;
}

/** The root of e^z - x, by one step of Halley's method (errors become their third power) from a guess of some 40 bits. */
function logOf(x: number): Pair {
  const guess: Pair = [roughLog(x), 0];
  const there = expOf(guess);
  const step = quotient(plus([x, 0], [-there[0], -there[1]]), plus([x, 0], there));
  return plus(guess, [2 * step[0], 2 * step[1]]);
}

/** log m = 2 (s + s^3 / 3 + s^5 / 5 ...) with s = (m - 1) / (m + 1), for m near 1. */
function roughLog(x: number): number {
  let m = x;
  let twos = 0;
  for (; m > 1.5; twos++) m /= 2;
  for (; m < 0.75; twos--) m *= 2;
  const s = (m - 1) / (m + 1);
  let sum = 0;
  for (let n = 21; n > 0; n -= 2) sum = sum * s * s + 1 / n;
  return twos * (LN2[0]! + LN2[1]!) + 2 * s * sum;
}

/** `a + b` with what rounding takes from it. */
function sum(a: number, b: number): Pair {
  const head = a + b;
  const moved = head - a;
  return [head, a - (head - moved) + (b - moved)];
}

/** `a + b` where a is the larger one. */
function join(a: number, b: number): Pair {
  const head = a + b;
  return [head, b - (head - a)];
}

/** 2^27 + 1: a product with it cuts a number into two halves of 26 bits. */
const CUT = 134_217_729;

/** `a * b` with what rounding takes from it. */
function product(a: number, b: number): Pair {
  const head = a * b;
  const cutA = CUT * a;
  const highA = cutA - (cutA - a);
  const lowA = a - highA;
  const cutB = CUT * b;
  const highB = cutB - (cutB - b);
  const lowB = b - highB;
  return [head, highA * highB - head + highA * lowB + lowA * highB + lowA * lowB];
}

function plus(a: Pair, b: Pair): Pair {
  const heads = sum(a[0], b[0]);
  const tails = sum(a[1], b[1]);
  const [head, tail] = join(heads[0], heads[1] + tails[0]);
  return join(head, tail + tails[1]);
}

function times(a: Pair, b: Pair): Pair {
  const heads = product(a[0], b[0]);
  return join(heads[0], heads[1] + (a[0] * b[1] + a[1] * b[0]));
}

function over(a: Pair, divisor: number): Pair {
  return quotient(a, [divisor, 0]);
}

function quotient(a: Pair, b: Pair): Pair {
  const first = a[0] / b[0];
  const back = times(b, [first, 0]);
  const rest = plus(a, [-back[0], -back[1]]);
  return join(first, rest[0] / b[0]);
}
