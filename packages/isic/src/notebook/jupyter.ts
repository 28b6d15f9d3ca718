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
    const { pictureBundle } = await import("./picture-bundle.ts");
    const { raster, text } = await picture();
    return pictureBundle(codecs, raster, text);
  };
  Object.defineProperty(object, Symbol.for("Jupyter.display"), { value });
}
