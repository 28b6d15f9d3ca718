/** Is one word the other with a letter more, less, replaced or changed places with the next, or in another case? */
export function isNearMatch(a: string, b: string): boolean {
  const [x, y] = [[...a.toLowerCase()], [...b.toLowerCase()]];
  while (x.length > 0 && x[0] === y[0]) {
    x.shift();
    y.shift();
  }
  while (x.length > 0 && x.at(-1) === y.at(-1)) {
    x.pop();
    y.pop();
  }
  const changedPlaces = x.length === 2 && y.length === 2 && x[0] === y[1] && x[1] === y[0];
  return changedPlaces || (x.length <= 1 && y.length <= 1);
}
