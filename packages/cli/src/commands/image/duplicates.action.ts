import { dirname, join, relative, resolve, sep } from "node:path";
import { writeOutput } from "@isic/cache-fs/files";
import { duplicatesIn, duplicatesPage, fileAddress } from "isic/node";
import { asClosedAs } from "../../output/files.ts";
import { progressLine } from "../../output/progress.ts";
import { count } from "../../output/table.ts";
import type { Terminal } from "../../output/terminal.ts";
import { plural } from "../../output/units.ts";
import type { ImageDuplicatesOptions } from "./duplicates.ts";

const SHOWN = 50;

/** Lists the groups of pictures of a folder that show the same. */
export async function imageDuplicates(
  folder: string,
  options: ImageDuplicatesOptions,
  terminal: Terminal,
): Promise<void> {
  const { bits, report } = options;
  const progress = progressLine(terminal.err, "comparing", options.quiet);
  const found = await duplicatesIn(folder, {
    bits,
    signal: terminal.signal,
    onProgress: (state) => progress.update(state),
  }).finally(() => progress.end());
  const { groups, pictures, unreadable } = found;
  if (report !== undefined) {
    const base = dirname(resolve(report));
    const addressOf = (file: string): string =>
      fileAddress(
        relative(base, resolve(join(folder, file)))
          .split(sep)
          .join("/"),
      );
    const page = duplicatesPage({ title: `Duplicates in ${folder}`, pictures, bits, groups, addressOf });
    await writeOutput(report, page, await asClosedAs(folder));
  }
  if (options.json === true) {
    terminal.out.json({ folder, ...found });
    return;
  }
  terminal.out.line(`${folder}: ${plural(pictures, "picture")}, ${plural(groups.length, "group")} that show the same.`);
  for (const { isIdentical, ids } of groups.slice(0, SHOWN)) {
    terminal.out.line(`${isIdentical ? "same bytes" : "looks the same"}: ${ids.join(", ")}`);
  }
  if (groups.length > SHOWN) terminal.out.line(`... and ${count(groups.length - SHOWN)} more`);
  if (options.quiet === true) return;
  for (const { file, reason } of unreadable) terminal.err.line(`note: ${file} was left out: ${reason}`);
  if (report !== undefined) terminal.err.line(`${report} shows them side by side.`);
}
