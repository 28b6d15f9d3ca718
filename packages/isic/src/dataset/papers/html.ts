// papers/: what belongs to a set besides pictures and tables: whom to name, under which terms, and what is in it.

const SIGNS: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text that is nothing but text in HTML, SVG and their attributes. */
export function escapeHtml(text: string): string {
  // Control characters are allowed in neither; a name that has one shows a replacement.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is meant
  const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, "\uFFFD");
  return clean.replace(/[&<>"']/g, (sign) => SIGNS[sign] as string);
}

const STYLE =
  "body{font:16px/1.4 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#222;background:#fff}" +
  "table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #ccc;padding:.2rem .6rem;text-align:right}td:first-child,th:first-child{text-align:left}" +
  ".row{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0}img{max-width:20rem;max-height:20rem}figcaption{overflow-wrap:anywhere;max-width:20rem}svg text{font:12px system-ui,sans-serif}";

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
