/** Fills the body of a table with a row per leaf of a record: `meta.clinical.sex | female`. */
export function showFacts(table: HTMLTableElement, record: unknown): void {
  table.tBodies[0]?.replaceChildren(...leavesOf(record, "").map(([path, value]) => rowOf(path, value)));
}

function leavesOf(value: unknown, path: string): [path: string, value: string][] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.length === 0 ? [] : [[path, value.map((each) => text(each)).join(", ")]];
  if (typeof value !== "object") return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, each]) => leavesOf(each, path === "" ? key : `${path}.${key}`));
}

function text(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function rowOf(path: string, value: string): HTMLTableRowElement {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = path;
  const cell = document.createElement("td");
  cell.textContent = value;
  row.append(head, cell);
  return row;
}
