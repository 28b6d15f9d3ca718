import type { Raster } from "@isic/core-wasm";
import type { Codecs } from "../codecs/types.ts";

/** What is there to be shown at the moment. */
export interface Picture {
  readonly raster: Raster | undefined;
  readonly text: string;
}

/** Jupyter kernels for JavaScript (Deno's) ask an object for this method, and show the picture that it gives. */
export function showInJupyter(object: object, codecs: Codecs, picture: () => Picture | Promise<Picture>): void {
  const value = async (): Promise<Record<string, string>> => {
    const { raster, text } = await picture();
    return pictureBundle(codecs, raster, text);
  };
  Object.defineProperty(object, Symbol.for("Jupyter.display"), { value });
}

const CHUNK = 0x8000;

/** What a Jupyter kernel shows for a picture: the picture, and a line for consoles. */
async function pictureBundle(
  codecs: Codecs,
  raster: Raster | undefined,
  text: string,
): Promise<Record<string, string>> {
  if (raster === undefined) return { "text/plain": text };
  const png = await codecs.encodePng(raster);
  return { "image/png": base64(png), "text/plain": `${text}, ${raster.width} x ${raster.height}` };
}

/** As in `data:` addresses. */
export function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += CHUNK) binary += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  return btoa(binary);
}
