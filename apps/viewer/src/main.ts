import { type Image, type ImageRecord, type IsicApi, imageBlob } from "isic/browser";
import { showFacts } from "./facts.ts";
import { ImageList, type Row } from "./image-list.ts";
import { describe, select, valuesOf } from "./selection.ts";
import { connect, type Place } from "./session.ts";
import { type Pointed, SuperpixelCanvas } from "./superpixel-canvas.ts";

function element<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no element "${id}".`);
  return found as T;
}

const message = element("message");
const count = element("count");
const pointedText = element("pointed");
const archive = element<HTMLSelectElement>("archive");
const address = element<HTMLInputElement>("address");
const sex = element<HTMLSelectElement>("sex");
const diagnosis = element<HTMLSelectElement>("diagnosis");
const age = element<HTMLInputElement>("age");
const colour = element<HTMLInputElement>("colour");

let api: IsicApi | undefined;
let image: Image | undefined;
/** The superpixels that were painted, in what colour. */
const paint = new Map<number, readonly [number, number, number]>();
/** What the pointer or the cursor is on. */
let pointed: Pointed | undefined;
let loading = new AbortController();

const canvas = new SuperpixelCanvas(element("picture"), element<HTMLCanvasElement>("canvas"), {
  onPoint: showPointed,
  onPick: togglePaint,
});
const list = new ImageList(element("images"), (row) => run(() => showImage(row)));

element("connect").addEventListener("submit", (event) => {
  event.preventDefault();
  run(showArchive);
});
archive.addEventListener("change", () => {
  element("address-label").hidden = archive.value !== "url";
  address.required = archive.value === "url";
});
element("select").addEventListener("change", () => run(showSelection));
element("select").addEventListener("submit", (event) => event.preventDefault());
element<HTMLInputElement>("outlines").addEventListener("change", (event) => {
  canvas.outlines = (event.target as HTMLInputElement).checked;
});
element("unpaint").addEventListener("click", () => {
  paint.clear();
  repaint();
});
element("export").addEventListener("click", () => run(savePicture));
run(showArchive);

/** Runs what an event asked for; whatever goes wrong is said on the page, in one sentence. */
function run(task: () => Promise<void>): void {
  message.textContent = "";
  task().catch((error: unknown) => {
    if (!(error instanceof DOMException && error.name === "AbortError")) say(error);
  });
}

function say(error: unknown): void {
  message.textContent = error instanceof Error ? error.message : String(error);
}

async function showArchive(): Promise<void> {
  count.textContent = "Connecting …";
  api = await connect(archive.value as Place, address.value, say);
  await api.cacheImages();
  const records = [...api.imageCache.values()];
  fillMenu(sex, valuesOf(api, records, "sex"));
  fillMenu(diagnosis, valuesOf(api, records, "diagnosis"));
  age.value = "";
  await showSelection();
}

function fillMenu(menu: HTMLSelectElement, values: readonly string[]): void {
  menu.replaceChildren(new Option("any", ""), ...values.map((value) => new Option(value, value)));
}

async function showSelection(): Promise<void> {
  if (api === undefined) return;
  const found = await select(api, { sex: sex.value, diagnosis: diagnosis.value, age: age.valueAsNumber });
  const rows = [...found].map(([id, record]) => rowOf(id, record));
  list.show(rows);
  count.textContent = `${rows.length} of ${api.imageCache.size} images`;
  list.choose(0);
}

function rowOf(id: string, record: ImageRecord): Row {
  const name = String("isic_id" in record ? record.isic_id : record.name);
  return { id, name, detail: api === undefined ? "" : describe(api, record) };
}

async function showImage(row: Row): Promise<void> {
  if (api === undefined) return;
  // Whoever runs through the list with the arrow keys wants the last one only.
  loading.abort();
  loading = new AbortController();
  const { signal } = loading;
  pointedText.textContent = `Loading ${row.name} …`;
  const next = await api.image(row.id, { signal });
  showFacts(element<HTMLTableElement>("facts"), next.record);
  const [photo, superpixels] = await Promise.all([next.loadImageData({ signal }), next.loadSuperpixels({ signal })]);
  if (signal.aborted) return;
  image = next;
  paint.clear();
  canvas.show({ photo, labels: superpixels.idx, map: superpixels.map });
  const from = superpixels.origin === "served" ? "from the archive" : "computed here";
  pointedText.textContent = `${next.name}: ${photo.width} x ${photo.height} pixels, ${superpixels.max + 1} superpixels ${from}`;
}

function showPointed(now: Pointed): void {
  pointed = now;
  const { superpixel, pixels, center } = now;
  const [x, y] = center;
  const painted = paint.has(superpixel) ? ", painted" : "";
  pointedText.textContent = `Superpixel ${superpixel}: ${pixels} pixels around (${x}, ${y})${painted}`;
}

function togglePaint(superpixel: number): void {
  if (!paint.delete(superpixel)) paint.set(superpixel, rgbOf(colour.value));
  repaint();
  if (pointed !== undefined) showPointed(pointed);
}

/** Paints a fresh copy of the photo, so that taking paint off needs no undo. */
function repaint(): void {
  const picture = paintedPicture();
  if (picture !== undefined) canvas.repaint(picture);
}

function paintedPicture(): Image["data"] {
  const original = image?.data;
  if (image === undefined || original === undefined) return undefined;
  image.data = { ...original, data: original.data.slice() };
  image.colorSuperpixels([...paint.keys()], { color: [...paint.values()], alpha: 0.6 });
  const painted = image.data;
  image.data = original;
  return painted;
}

async function savePicture(): Promise<void> {
  const picture = paintedPicture();
  if (picture === undefined || image === undefined)
    throw new Error("Choose an image first; then its picture can be saved.");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await imageBlob(picture));
  link.download = `${image.name}_painted.png`;
  link.click();
  URL.revokeObjectURL(link.href);
}

function rgbOf(hex: string): readonly [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
