/** Short rounds of each way in turn, so that what else the machine does falls upon all of them; medians per call in microseconds. A way gets the number of the call. */
export async function compare(ways, { rounds = 40, calls = 50 } = {}) {
  const times = new Map(Object.keys(ways).map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const start = performance.now();
      for (let call = 0; call < calls; call++) await way((round + 1) * calls + call);
      // The first round warms up.
      if (round >= 0) times.get(name).push(((performance.now() - start) * 1000) / calls);
    }
  }
  return new Map([...times].map(([name, list]) => [name, median(list)]));
}

export function median(list) {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
}

export function line(what, value, bar) {
  console.log(`  ${what.padEnd(58)} ${value.padStart(22)}   ${bar}`);
}

export function ratio(what, ours, floor, bar) {
  const times = ours / floor;
  line(
    what,
    `${times.toFixed(2)} x  (${micro(ours)})`,
    `bar ${bar} x ${times <= bar ? "met" : "MISSED"}, floor ${micro(floor)}`,
  );
}

function micro(us) {
  return us < 10_000 ? `${us.toFixed(0)} us` : `${(us / 1000).toFixed(0)} ms`;
}
