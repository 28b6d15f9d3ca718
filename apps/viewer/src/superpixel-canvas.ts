import {
  boundaryMask,
  centers,
  type LabelImage,
  pixelCount,
  pixelsOf,
  type Raster,
  type SuperpixelMap,
} from "@isic/core-wasm";

/** What the canvas shows: a photo and its superpixels, on the same grid of pixels. */
export interface Scene {
  readonly photo: Raster;
  readonly labels: LabelImage;
  readonly map: SuperpixelMap;
}

export interface Pointed {
  readonly superpixel: number;
  readonly pixels: number;
  readonly center: readonly [x: number, y: number];
}

export interface CanvasEvents {
  /** The superpixel under the pointer or the keyboard cursor changed. */
  readonly onPoint: (pointed: Pointed) => void;
  /** Somebody wants this superpixel painted, or its paint taken off. */
  readonly onPick: (superpixel: number) => void;
}

const ARROWS: Readonly<Record<string, readonly [dx: number, dy: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Draws a photo with the lines between its superpixels and the one under the pointer; for mouse, touch and keyboard. */
export class SuperpixelCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #events: CanvasEvents;
  #scene: Scene | undefined;
  /** The photo as it is now (painted or not), without lines and highlight. */
  #photo: ImageData | undefined;
  #lines: Raster | undefined;
  #centers: ArrayLike<number> = [];
  #pointed = -1;
  #cursor: [x: number, y: number] = [0, 0];
  #outlines = true;

  /** @param stage the focusable element around the canvas: it takes the keys */
  constructor(stage: HTMLElement, canvas: HTMLCanvasElement, events: CanvasEvents) {
    this.#canvas = canvas;
    this.#events = events;
    canvas.addEventListener("pointermove", (event) => this.#pointAt(this.#pixelOf(event)));
    canvas.addEventListener("click", (event) => this.#pick(this.#pixelOf(event)));
    stage.addEventListener("keydown", (event) => this.#key(event));
  }

  show(scene: Scene): void {
    this.#scene = scene;
    this.#lines = boundaryMask(scene.labels);
    this.#centers = centers(scene.map);
    this.#pointed = -1;
    this.#cursor = [scene.photo.width >> 1, scene.photo.height >> 1];
    this.#canvas.width = scene.photo.width;
    this.#canvas.height = scene.photo.height;
    this.repaint(scene.photo);
  }

  /** The same scene with other pixels: something was painted. */
  repaint(photo: Raster): void {
    this.#photo = toImageData(photo);
    this.#draw();
  }

  set outlines(on: boolean) {
    this.#outlines = on;
    this.#draw();
  }

  #draw(): void {
    const photo = this.#photo;
    if (photo === undefined) return;
    const shown = new ImageData(photo.data.slice(), photo.width, photo.height);
    if (this.#outlines) this.#drawLines(shown);
    if (this.#pointed >= 0) this.#drawHighlight(shown);
    this.#canvas.getContext("2d")?.putImageData(shown, 0, 0);
  }

  #drawLines(shown: ImageData): void {
    const pixels = new Uint32Array(shown.data.buffer);
    const lines = this.#lines?.data ?? [];
    // Half-bright pixels read as a fine grid on any skin tone; the last byte (alpha) stays opaque.
    for (let i = 0; i < lines.length; i++) if (lines[i] !== 0) pixels[i] = ((pixels[i]! >>> 1) & 0x7f7f7f) | 0xff000000;
  }

  #drawHighlight(shown: ImageData): void {
    const scene = this.#scene;
    if (scene === undefined) return;
    for (const pixel of pixelsOf(scene.map, this.#pointed)) {
      const at = pixel * 4;
      for (let channel = 0; channel < 3; channel++) shown.data[at + channel] = (shown.data[at + channel]! + 255) >> 1;
    }
  }

  #pixelOf(event: MouseEvent): [x: number, y: number] {
    const box = this.#canvas.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) * this.#canvas.width) / box.width);
    const y = Math.floor(((event.clientY - box.top) * this.#canvas.height) / box.height);
    return this.#inside(x, y);
  }

  #inside(x: number, y: number): [x: number, y: number] {
    const clamp = (value: number, end: number) => Math.min(Math.max(value, 0), end - 1);
    return [clamp(x, this.#canvas.width), clamp(y, this.#canvas.height)];
  }

  #pointAt([x, y]: [x: number, y: number]): void {
    const scene = this.#scene;
    if (scene === undefined) return;
    this.#cursor = [x, y];
    const superpixel = scene.labels.data[y * scene.labels.width + x] ?? 0;
    if (superpixel === this.#pointed) return;
    this.#pointed = superpixel;
    this.#draw();
    const center = [this.#centers[superpixel * 2] ?? 0, this.#centers[superpixel * 2 + 1] ?? 0] as const;
    this.#events.onPoint({ superpixel, pixels: pixelCount(scene.map, superpixel), center });
  }

  #pick(place: [x: number, y: number]): void {
    this.#pointAt(place);
    if (this.#pointed >= 0) this.#events.onPick(this.#pointed);
  }

  #key(event: KeyboardEvent): void {
    const arrow = ARROWS[event.key];
    if (arrow !== undefined) this.#step(arrow);
    else if (event.key === "Enter" || event.key === " ") this.#pick(this.#cursor);
    else return;
    event.preventDefault();
  }

  /** Goes in a straight line to the first pixel of another superpixel. */
  #step([dx, dy]: readonly [dx: number, dy: number]): void {
    const scene = this.#scene;
    if (scene === undefined) return;
    const { width, height, data } = scene.labels;
    let [x, y] = this.#cursor;
    while (x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height) {
      x += dx;
      y += dy;
      if (data[y * width + x] !== this.#pointed) break;
    }
    this.#pointAt([x, y]);
  }
}

function toImageData(raster: Raster): ImageData {
  const { width, height, channels, data } = raster;
  const rgba = new ImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = pixel * channels;
    const to = pixel * 4;
    rgba.data[to] = data[from]!;
    rgba.data[to + 1] = data[channels === 1 ? from : from + 1]!;
    rgba.data[to + 2] = data[channels === 1 ? from : from + 2]!;
    rgba.data[to + 3] = 255;
  }
  return rgba;
}
