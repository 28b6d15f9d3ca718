import { escapeHtml, htmlPage } from "../papers/html.ts";
import type { DuplicateGroup } from "./find-duplicates.ts";
import { THUMB_LEVELS } from "./perceptual-hash.ts";

/** What was looked at. */
export interface DuplicatesReport {
  readonly title: string;
  readonly pictures: number;
  readonly bits: number;
  readonly groups: readonly DuplicateGroup[];
  /** The address of a picture as the page is to show it, relative to the page. */
  readonly addressOf: (id: string) => string;
}

/** An HTML page with the pictures of each group side by side. Names are text in it, whatever they hold. */
export function duplicatesPage({ title, pictures, bits, groups, addressOf }: DuplicatesReport): string {
  const body = groups.map(({ isIdentical, ids }, i) => {
    const figures = ids.map((id) => {
      const address = escapeHtml(addressOf(id));
      return `<figure><a href="${address}"><img src="${address}" alt="" loading="lazy"></a><figcaption>${escapeHtml(id)}</figcaption></figure>`;
    });
    const how = isIdentical ? "the same bytes" : "looks the same";
    return `<section><h2>${i + 1}: ${ids.length} pictures, ${how}</h2><div class="row">${figures.join("")}</div></section>`;
  });
  const intro = `<p>${pictures} pictures, ${groups.length} groups that show the same: equal bytes, or at most ${bits} of 64 bits of a difference hash and ${THUMB_LEVELS} grey levels of a thumbnail apart.</p>`;
  return htmlPage(title, `${intro}${body.join("\n")}`);
}

/** A file's path as an address: no part of it is read as a scheme, a host, a query or a place in a page. */
export function fileAddress(path: string): string {
  // Half a UTF-16 pair, which Windows allows in names, has no escape.
  const whole = path.replace(/\p{Surrogate}/gu, "\uFFFD").replace(/^[/\\]{2,}/, "/");
  const segments = whole.split(/[/\\]/).map((segment) => encodeURIComponent(segment));
  return path.startsWith("/") || segments[0] === ".." ? segments.join("/") : `./${segments.join("/")}`;
}
