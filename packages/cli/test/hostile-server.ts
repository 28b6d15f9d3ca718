import { type AddressInfo, createServer } from "node:net";
import { type Box, startBox } from "./box.ts";

/**
 * What a terminal would obey: titles and cleared screens (C0 and C1), a link and the clipboard (OSC 8, OSC 52), a bell,
 * marks of direction, characters without width, separators of lines, backspaces and returns, and a line like ours.
 */
export const HOSTILE =
  "\u001B]0;owned\u0007\u001B[2J\u009B31m\u001B]8;;http://x.test\u001B\\go\u001B]52;c;b3duZWQ=\u0007\u202Egnp.exe\u2066\u200F\u061C" +
  "\u200B\u200D\uFEFF\u2060\u00AD\u{E0041}\u2028\u2029\u0085\u0090q\u009C\b\b\b\r\u000B\f\nisic: forged\r\nnote: forged\u0000\u007F" +
  "<script>alert(1)</script>\"'`|![x](javascript:alert(1))";

/** How a server answers: `texts` leaves alone what the next request needs; the others spoil everything. */
export type Mood = "texts" | "everything" | "types" | "pages" | 400 | 401 | 403 | 404 | 409 | 500 | "redirects";

/** Fields that lead to the next request, or without which a record is none. */
const KEPT =
  /^(_?id|_?isic_id|isic_id|url|next|previous|size|mimeType|full|thumbnail_256|files|created|updated|_modelType|sha512|imageId|studyId|userId|state|token|expires|scope|type|format|date|access_token|refresh_token|token_type)$/i;

/** Objects in which anybody may have keys of his own. */
const OPEN = /^(meta|metadata|clinical|acquisition|unstructured|notes|params|meta_data)$/;

function poisoned(value: unknown, mood: Mood, key = "", depth = 0): unknown {
  if (typeof value === "string") {
    if (mood === "types") return [1, null, {}, [], true, 1e308][value.length % 6];
    const keeps = mood === "texts" && (KEPT.test(key) || /^(https?:|[0-9a-f]{24}$|\d{4}-\d\d-\d\dT)/.test(value));
    return keeps ? value : `${value}${HOSTILE}${"w".repeat(depth === 2 ? 3000 : 0)}`;
  }
  if (Array.isArray(value)) return value.map((each) => poisoned(each, mood, key, depth + 1));
  if (typeof value !== "object" || value === null) return mood === "types" ? `${value}${HOSTILE}` : value;
  const entries = Object.entries(value).map(([name, each]): [string, unknown] => [
    mood === "everything" ? `${name}${HOSTILE}` : name,
    poisoned(each, mood, name, depth + 1),
  ]);
  // What is not known is passed on: metadata have keys of anybody's.
  if (!OPEN.test(key) && mood === "texts") return Object.fromEntries(entries);
  return Object.fromEntries([...entries, [`x${HOSTILE}`, HOSTILE], ["__proto__", HOSTILE], ["constructor", 1]]);
}

/** Node sends no control characters in headers but those of Latin-1; these are C1. */
const HEADERS = {
  "content-disposition":
    "attachment; filename=\"..\\\\nul.txt\u009B31m\u0090\u0085\"; filename*=utf-8''%1b%5b2J%e2%80%ae%0d",
  "x-request-id": "\u009B2J",
  server: "\u0090\u009C",
};

export interface HostileServer extends Box {
  mood: Mood;
  /** Is it hostile at the moment? */
  hostile: boolean;
}

/** An archive, both APIs, whose every text and header is made to harm. */
export async function hostileServer(images = 12): Promise<HostileServer> {
  const server: HostileServer = Object.assign(await startBox(images), { mood: "texts" as Mood, hostile: true });
  server.instead = async (request) => {
    const { mood } = server;
    if (!server.hostile) return undefined;
    if (typeof mood === "number")
      return Response.json({ detail: HOSTILE, message: HOSTILE, field: HOSTILE }, { status: mood, headers: HEADERS });
    const { pathname } = new URL(request.url);
    if (mood === "pages")
      return new Response(`<title>${HOSTILE}</title>`, { headers: { ...HEADERS, "content-type": "text/html\u009B" } });
    if (mood === "redirects") {
      const location = `http://u:p@127.0.0.1:1/\u009B31m${pathname}?token=secret`;
      return new Response(null, { status: 302, headers: { ...HEADERS, location } });
    }
    const answer = await server.archive.fetch(request);
    const type = answer.headers.get("content-type") ?? "";
    const headers = new Headers(answer.headers);
    for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
    const { status } = answer;
    if (!/json|csv/.test(type) || status === 204) return new Response(answer.body, { status, headers });
    headers.delete("content-length");
    const text = await answer.text();
    if (type.includes("json"))
      return new Response(JSON.stringify(poisoned(JSON.parse(text), mood)), { status, headers });
    // The images' own attributions come in a table.
    const cell = `"${HOSTILE.replaceAll('"', '""')}"`;
    return new Response(text.replaceAll(/,Anonymous,/g, `,${cell},`), { status, headers });
  };
  return server;
}

/** Answers that are not even HTTP, or hardly: each connection gets the next one. */
export async function rawServer(answers: readonly string[]): Promise<{ readonly url: string; close(): Promise<void> }> {
  let next = 0;
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end(Buffer.from(answers[next++ % answers.length]!, "utf8")));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
