export interface Row {
  readonly id: string;
  readonly name: string;
  readonly detail: string;
}

/** A listbox of images: click, arrow keys, Home and End choose; what is chosen is scrolled into view. */
export class ImageList {
  readonly #list: HTMLElement;
  readonly #onChoose: (row: Row) => void;
  #rows: readonly Row[] = [];
  #chosen = -1;

  constructor(list: HTMLElement, onChoose: (row: Row) => void) {
    this.#list = list;
    this.#onChoose = onChoose;
    list.addEventListener("click", (event) => {
      const item = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (item !== null) this.choose(Number(item.dataset.row));
    });
    list.addEventListener("keydown", (event) => this.#key(event));
  }

  show(rows: readonly Row[]): void {
    this.#rows = rows;
    this.#chosen = -1;
    this.#list.removeAttribute("aria-activedescendant");
    this.#list.replaceChildren(...rows.map((row, i) => itemOf(row, i)));
  }

  choose(index: number): void {
    const row = this.#rows[index];
    if (row === undefined || index === this.#chosen) return;
    this.#list.children[this.#chosen]?.setAttribute("aria-selected", "false");
    const item = this.#list.children[index] as HTMLElement;
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    this.#list.setAttribute("aria-activedescendant", item.id);
    this.#chosen = index;
    this.#onChoose(row);
  }

  #key(event: KeyboardEvent): void {
    const last = this.#rows.length - 1;
    const places: Record<string, number> = {
      ArrowDown: Math.min(this.#chosen + 1, last),
      ArrowUp: Math.max(this.#chosen - 1, 0),
      Home: 0,
      End: last,
    };
    const index = places[event.key];
    if (index === undefined) return;
    event.preventDefault();
    this.choose(index);
  }
}

function itemOf(row: Row, index: number): HTMLElement {
  const item = document.createElement("div");
  item.id = `image-${index}`;
  item.dataset.row = String(index);
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  const detail = document.createElement("small");
  detail.textContent = row.detail;
  item.append(row.name, detail);
  return item;
}
