/**
 * Runs tasks in turns, so that whatever else the machine does falls on all alike; resolves to the median milliseconds of
 * each, and the medians of their ratios to the first one: by the clock, and by the processor time of the process (which other
 * processes disturb less, and in which work in further threads counts too). `first` is the very first call.
 *
 * Memory is collected before each sample, unless told otherwise: that also drops what the engine compiled while a loop ran, as
 * never happens between two calls of a program, so loops in JavaScript would be measured as if each call were the first.
 */
export async function race(tasks, rounds, { warmUp = 3, collect = true } = {}) {
  const names = Object.keys(tasks);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  const first = {};
  for (let round = -warmUp; round < rounds; round++) {
    for (const name of names) {
      if (collect) globalThis.gc?.();
      const sample = await sampleOf(tasks[name]);
      first[name] ??= sample.wall;
      if (round >= 0) samples[name].push(sample);
    }
  }
  const floor = samples[names[0]];
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        first: first[name],
        ms: median(samples[name].map(({ wall }) => wall)),
        ratio: median(samples[name].map(({ wall }, i) => wall / floor[i].wall)),
        cpuRatio: median(samples[name].map(({ cpu }, i) => cpu / floor[i].cpu)),
      },
    ]),
  );
}

async function sampleOf(task) {
  const before = process.cpuUsage();
  const started = performance.now();
  const pending = task();
  if (pending instanceof Promise) await pending;
  const wall = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1000 };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

export function table(title, rows) {
  console.log(`\n${title}`);
  const columns = Object.keys(rows[0]);
  const widths = columns.map((column) => Math.max(column.length, ...rows.map((row) => String(row[column]).length)));
  const line = (cells) => `  ${cells.map((cell, i) => String(cell).padEnd(widths[i])).join("  ")}`.trimEnd();
  console.log(line(columns));
  for (const row of rows) console.log(line(columns.map((column) => row[column])));
}

export function ms(value) {
  return value < 10 ? value.toFixed(2) : value.toFixed(0);
}

/** A measured value beside its bar. */
export function against(value, bar, unit = "x") {
  return `${value.toFixed(2)} ${unit} (bar ${bar}: ${value <= bar ? "met" : "MISSED"})`;
}

/** Both ratios of a race beside their bar. */
export function ratios({ ratio, cpuRatio }, bar) {
  return `${ratio.toFixed(2)}, cpu ${cpuRatio.toFixed(2)} (bar ${bar}: ${ratio <= bar ? "met" : "MISSED"})`;
}
