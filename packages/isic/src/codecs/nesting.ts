import { jsonExcess } from "@isic/api-client";

/**
 * Is a JSON text nested deeper than so many levels? To be asked before it is parsed: what goes through the parser is beyond
 * the stack of whoever walks it, or writes it again.
 */
export function isNestedDeeper(text: string, levels: number): boolean {
  let open = 0;
  for (const sign of ["{", "["])
    for (let at = text.indexOf(sign); at >= 0 && open <= levels; at = text.indexOf(sign, at + 1)) open += 1;
  if (open <= levels) return false;
  const limits = { depth: levels, values: Number.POSITIVE_INFINITY };
  return jsonExcess(new TextEncoder().encode(text), limits) !== undefined;
}
