import { type Command, InvalidArgumentError } from "commander";
import type { HeatMapOptions } from "isic/node";
import { type GlobalOptions, integer, number, someText } from "../options.ts";

/** The options of commands that look at some of a study's images, readers and features. */
export interface SomeOfStudyOptions extends GlobalOptions {
  readonly image?: readonly string[];
  readonly feature?: readonly string[];
  readonly reader?: readonly string[];
}

/** The options of commands that paint heat maps. */
export interface HeatMapCommandOptions extends SomeOfStudyOptions {
  readonly output: string;
  readonly gray?: number;
  readonly outline: boolean;
  readonly stripes?: boolean;
  readonly linear?: boolean;
  readonly minReaders?: number;
  readonly maxReaders?: number;
}

/** Collects a repeated option, each value once; names may hold commas. */
function more(text: string, before: readonly string[] = []): string[] {
  return [...new Set([...before, someText(text)])];
}

/** The name of a file with one of these extensions: another would promise what is not in it. */
export function fileNamed(...extensions: readonly string[]): (text: string) => string {
  return (text) => {
    const path = someText(text);
    if (extensions.some((extension) => path.toLowerCase().endsWith(extension)) || path.startsWith("/dev/")) return path;
    throw new InvalidArgumentError(`Expected a name that ends with ${extensions.join(" or ")}.`);
  };
}

export function withSomeOfStudy(command: Command): Command {
  return command
    .option("--image <name>", "only this image; may be repeated", more)
    .option("--feature <name>", 'only this feature ("~dots": all with dots); repeatable', more)
    .option("--reader <name>", "only this reader; may be repeated", more);
}

export function withHeatMapLook(command: Command): Command {
  return command
    .option("--gray <share>", "how far the photo goes towards grey (default: 0.75)", number(0, 1))
    .option("--no-outline", "without the outline of the lesion")
    .option("--stripes", "stripes where features meet, instead of mixed colours")
    .option("--linear", "opacity in proportion to readers, instead of its root")
    .option("--min-readers <n>", "leave out what fewer readers marked", integer(1))
    .option("--max-readers <n>", "so many make it opaque (default: all)", integer(1));
}

/** What the library is told. */
export function heatMapOptions(options: HeatMapCommandOptions): HeatMapOptions {
  const { feature, reader, gray, outline, stripes, linear, minReaders, maxReaders } = options;
  return {
    outline,
    mixColors: stripes !== true,
    alphaScale: linear === true ? "linear" : "sqrt",
    ...(feature === undefined ? {} : { features: feature }),
    ...(reader === undefined ? {} : { users: reader }),
    ...(gray === undefined ? {} : { gray }),
    ...(minReaders === undefined ? {} : { minReaders }),
    ...(maxReaders === undefined ? {} : { maxReaders }),
  };
}
