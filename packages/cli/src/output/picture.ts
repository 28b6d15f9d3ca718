import type { Raster } from "@isic/core-wasm";

/** How a terminal shows pictures: as such (kitty's or iTerm's protocol), or as coloured half blocks. */
export type PictureProtocol = "kitty" | "iterm" | "blocks";

/**
 * What this terminal can, from what it says of itself; half blocks work where there are colours. Nothing where there
 * are none, or none are wanted (`NO_COLOR`): a picture is nothing but escape codes.
 */
export function pictureProtocol(env: Readonly<Record<string, string | undefined>>): PictureProtocol | undefined {
  const { TERM = "", TERM_PROGRAM = "", TMUX, KITTY_WINDOW_ID, NO_COLOR = "" } = env;
  if (NO_COLOR !== "" || TERM === "dumb") return undefined;
  // Multiplexers swallow what they do not know, whatever the terminal around them can.
  if (TMUX !== undefined || TERM.startsWith("screen") || TERM.startsWith("tmux")) return "blocks";
  if (KITTY_WINDOW_ID !== undefined || TERM === "xterm-kitty" || TERM === "xterm-ghostty") return "kitty";
  if (["iTerm.app", "WezTerm", "vscode"].includes(TERM_PROGRAM)) return "iterm";
  return "blocks";
}

const KITTY_CHUNK = 4096;

/** A PNG in kitty's graphics protocol, `columns` wide. */
export function kittyPicture(png: Uint8Array, columns: number): string {
  const text = Buffer.from(png).toString("base64");
  const chunks = text.match(new RegExp(`.{1,${KITTY_CHUNK}}`, "g")) ?? [];
  const escaped = chunks.map((chunk, i) => {
    const more = i < chunks.length - 1 ? 1 : 0;
    const control = i === 0 ? `a=T,f=100,c=${columns},m=${more}` : `m=${more}`;
    return `\u001B_G${control};${chunk}\u001B\\`;
  });
  return `${escaped.join("")}\n`;
}

/** A PNG in iTerm's inline image protocol, `columns` wide. */
export function itermPicture(png: Uint8Array, columns: number): string {
  const text = Buffer.from(png).toString("base64");
  return `\u001B]1337;File=inline=1;size=${png.length};width=${columns};preserveAspectRatio=1:${text}\u0007\n`;
}

/** Two pixels per character: the upper half block in the upper pixel's colour, on the lower one's. */
export function blockPicture(raster: Raster, trueColor: boolean): string {
  const color = trueColor ? rgbCode : paletteCode;
  const lines: string[] = [];
  for (let y = 0; y < raster.height; y += 2) {
    let line = "";
    let last = "";
    for (let x = 0; x < raster.width; x++) {
      const lower = y + 1 < raster.height ? `;48;${color(pixel(raster, x, y + 1))}` : ";49";
      const code = `\u001B[38;${color(pixel(raster, x, y))}${lower}m`;
      line += code === last ? "▀" : `${code}▀`;
      last = code;
    }
    lines.push(`${line}\u001B[0m`);
  }
  return `${lines.join("\n")}\n`;
}

type Rgb = readonly [number, number, number];

function pixel({ data, width, channels }: Raster, x: number, y: number): Rgb {
  const at = (y * width + x) * channels;
  const green = channels === 1 ? 0 : 1;
  return [data[at]!, data[at + green]!, data[at + 2 * green]!];
}

const rgbCode = ([r, g, b]: Rgb): string => `2;${r};${g};${b}`;

/** The nearest of the 6 x 6 x 6 colours that every terminal of the last decades has. */
function paletteCode([r, g, b]: Rgb): string {
  const step = (value: number): number => Math.round(value / 51);
  return `5;${16 + 36 * step(r) + 6 * step(g) + step(b)}`;
}
