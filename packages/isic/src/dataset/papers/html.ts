// papers/: what belongs to a set besides pictures and tables: whom to name, under which terms, and what is in it.

const SIGNS: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** All but tabs and line feeds; half a UTF-16 pair has no UTF-8. */
const NO_TEXT = /[^\P{Cc}\t\n]|[\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]/gu;

/**
 * Text without the control characters that HTML and SVG forbid, and without the marks of direction that make a name look
 * like another; a name that has one shows a replacement.
 */
export function cleanText(text: string): string {
  return text.replace(NO_TEXT, "\uFFFD");
}

/** Text that is nothing but text in HTML, SVG and their attributes. */
export function escapeHtml(text: string): string {
  return cleanText(text).replace(/[&<>"']/g, (sign) => SIGNS[sign] as string);
}

const STYLE =
  ":root{color-scheme:light dark}body{font:16px/1.4 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#222;background:#fff;overflow-wrap:anywhere}" +
  "table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #ccc;padding:.2rem .6rem;text-align:right}td:first-child,th:first-child{text-align:left}" +
  ".row{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0}img{max-width:20rem;max-height:20rem}figcaption{max-width:20rem}svg{max-width:100%;height:auto}pre{white-space:pre-wrap}" +
  "@media(prefers-color-scheme:dark){body{color:#ddd;background:#161616}td,th{border-color:#444}}";

/** A page that loads nothing from elsewhere and runs nothing. `body` is HTML. */
export function htmlPage(title: string, body: string): string {
  const policy = "default-src 'none'; img-src 'self' file: data:; style-src 'unsafe-inline'";
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
<h1>${escapeHtml(title)}</h1>
${body}
</html>
`;
}
