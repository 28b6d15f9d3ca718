import type { RecipeBalance } from "../recipe/recipe.ts";
import { countBy } from "./assign-parts.ts";

/** An image with its one class. */
export interface ClassedImage {
  readonly id: string;
  readonly labels: readonly string[];
}

/**
 * Which images are over what their class may have. Those that are held stay; of the others a class keeps the first by
 * a hash of seed and id, so that the same ones stay when others come.
 */
export function overCaps(
  images: readonly ClassedImage[],
  { cap, caps = {}, equal = false }: RecipeBalance,
  seed: number | string,
  isHeld: (id: string) => boolean,
): Set<string> {
  const counts = countBy(images.flatMap(({ labels }) => labels));
  const smallest = Math.min(...counts.values());
  const over = new Set<string>();
  for (const [name, count] of counts) {
    const most = Math.min(
      cap ?? Number.POSITIVE_INFINITY,
      Object.hasOwn(caps, name) ? (caps[name] as number) : Number.POSITIVE_INFINITY,
      equal ? smallest : Number.POSITIVE_INFINITY,
    );
    if (count <= most) continue;
    const order = (id: string): number => (isHeld(id) ? -1 : hashOf(`${seed}\n${id}`));
    const mine = images.filter(({ labels }) => labels[0] === name).map(({ id }) => ({ id, at: order(id) }));
    mine.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    for (const { id, at } of mine.slice(most)) if (at >= 0) over.add(id);
  }
  return over;
}

/** A number from 0 to 2^32 that looks random: FNV-1a, mixed as MurmurHash3 ends. */
function hashOf(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
