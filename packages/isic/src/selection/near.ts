const MOST = 3;

/** Up to three known names that look like what was asked for: same letters in another case, a part, or few typing errors. */
export function nearMatches(wanted: string, known: Iterable<string>): string[] {
  const lower = wanted.toLowerCase();
  const allowed = Math.max(1, Math.floor(wanted.length / 5));
  const scored: [distance: number, name: string][] = [];
  for (const name of known) {
    const distance = distanceOf(lower, name.toLowerCase(), allowed);
    if (distance <= allowed) scored.push([distance, name]);
  }
  scored.sort(([a, nameA], [b, nameB]) => a - b || nameA.length - nameB.length || (nameA < nameB ? -1 : 1));
  return scored.slice(0, MOST).map(([, name]) => name);
}

function distanceOf(wanted: string, name: string, allowed: number): number {
  if (wanted === name) return 0;
  if (wanted.length >= 3 && (name.includes(wanted) || wanted.includes(name))) return 1;
  return edits(wanted, name, allowed);
}

/** Edit distance by rows, given up as soon as it must exceed `allowed`. */
function edits(a: string, b: string, allowed: number): number {
  if (Math.abs(a.length - b.length) > allowed) return allowed + 1;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, row[j]! + 1, next[j - 1]! + 1));
    }
    if (Math.min(...next) > allowed) return allowed + 1;
    row = next;
  }
  return row[b.length]!;
}

/** Near names of images; where none is known, the name that somebody who leaves out zeros or writes it small means. */
export function nearImageNames(wanted: string, known: Iterable<string>): string[] {
  const near = nearMatches(wanted, known);
  const digits = /^\s*isic[\s_-]*0*(\d{1,7})(?:\.\w+)?\s*$/i.exec(wanted)?.[1];
  const meant = digits === undefined ? undefined : `ISIC_${digits.padStart(7, "0")}`;
  return near.length > 0 || meant === undefined || meant === wanted ? near : [meant];
}
