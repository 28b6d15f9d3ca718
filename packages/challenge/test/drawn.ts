// What tests score: masks of text, and the files of a task in memory.
import type { Raster } from "@isic/core-wasm";
import { type ChallengeFiles, filesInMemory } from "../src/index.ts";

/** `01/10`: rows of pixels, 1 for 255. */
export function mask(text: string): Raster {
  const rows = text.split("/");
  const data = Uint8Array.from(rows.join(""), (each) => (each === "1" ? 255 : 0));
  return { width: rows[0]?.length ?? 0, height: rows.length, channels: 1, data };
}

export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

export function json(value: unknown): Uint8Array<ArrayBuffer> {
  return bytes(JSON.stringify(value));
}

/** Files by name; texts are encoded. */
export function files(
  all: { readonly [name: string]: string | Uint8Array<ArrayBuffer> },
  name = "submission.zip",
): ChallengeFiles {
  const entries = Object.entries(all).map(
    ([each, content]) => [each, typeof content === "string" ? bytes(content) : content] as const,
  );
  return filesInMemory(entries, { name });
}
