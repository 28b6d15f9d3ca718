/** Names that Windows keeps for devices, whatever their extension, also with blanks before it. */
const DEVICE = /^(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³]) *(?:\.|$)/i;
/** File systems take 255 bytes; some room is for what callers add. */
const MOST_BYTES = 200;

/**
 * The file name a server suggests, as the name of a file and nothing else: no folders, no control characters or marks of
 * direction, no device of Windows, not hidden, and as long as file systems take. `undefined` where nothing is left.
 */
export function fileNameOf(disposition: string | null): string | undefined {
  if (disposition === null) return undefined;
  const extended = /filename\*=\s*utf-8''([^;]+)/i.exec(disposition)?.[1];
  const quoted = /filename="((?:[^"\\]|\\.)*)"/i.exec(disposition)?.[1]?.replace(/\\(.)/g, "$1");
  const plain = /filename=([^";\s]+)/i.exec(disposition)?.[1];
  return harmless(decoded(extended) ?? quoted ?? plain ?? "");
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function harmless(name: string): string | undefined {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  const clean = last
    .normalize("NFC")
    .replace(/[\p{C}\u2028\u2029<>:"|?*]/gu, "_")
    .replace(/[. ]+$/, "")
    .replace(/^[. ]+/, "");
  if (clean === "") return undefined;
  return shortened(DEVICE.test(clean) ? `_${clean}` : clean);
}

/** Cut between characters; an extension stays. */
function shortened(name: string): string {
  const end = /\.[A-Za-z0-9]{1,16}$/.exec(name)?.[0] ?? "";
  const encoder = new TextEncoder();
  let room = MOST_BYTES - end.length;
  let stem = "";
  for (const character of name.slice(0, name.length - end.length)) {
    room -= encoder.encode(character).length;
    if (room < 0) break;
    stem += character;
  }
  return stem.replace(/[. ]+$/, "") + end;
}
