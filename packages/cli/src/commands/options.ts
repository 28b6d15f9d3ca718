import { InvalidArgumentError, type Option } from "commander";
import type { Terminal } from "../output/terminal.ts";

/** The options that every command has. */
export interface GlobalOptions {
  readonly api?: "v1" | "v2";
  readonly server?: string;
  readonly username?: string;
  /** A folder, or `false` for none. */
  readonly cache?: string | boolean;
  /** Hosts that plain http may go to, besides this machine. */
  readonly allowHttp?: readonly string[];
  /** `ISIC_TOKEN` may go to the server that `--server` names. */
  readonly tokenFromEnv?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

/** Reads a name that must be one: an empty one, often a shell variable that is not set, would mean this folder or all. */
export function someText(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("It is empty.");
  return text;
}

/** Reads a whole number within bounds. */
export function integer(least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const bounds = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`Expected a whole number ${bounds}.`);
  };
}

/** Reads a decimal number within bounds, such as `0.01` or `1e-3`. */
export function number(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a number from ${least} to ${most}.`);
  };
}

/** Collects the hosts of a repeated option, such as `girder.local:8080`, as addresses name them. */
export function moreHosts(text: string, before: readonly string[] = []): string[] {
  const url = URL.canParse(`http://${text}`) ? new URL(`http://${text}`) : undefined;
  if (url === undefined || url.href !== `http://${url.host}/` || /[/?#@]/.test(text))
    throw new InvalidArgumentError("Expected a host such as girder.local or 192.168.0.7:8080, without http://.");
  return [...before, url.host];
}

/**
 * Takes an option from an environment variable where the command line has none. Commander's own `env` asks the process,
 * and not the terminal that the command was given; a variable without content is none.
 */
export function orFromEnvironment(option: Option, variable: string, env: Terminal["env"]): Option {
  option.description += ` (env: ${variable})`;
  const value = env[variable]?.trim();
  return value ? option.default(value) : option;
}

/** Reads ids such as `1,2`. */
export function idList(text: string): number[] {
  return text.split(",").map(integer(1));
}

/** Reads words such as `a,b`. */
export function wordList(text: string): string[] {
  const words = text.split(",").map((word) => word.trim());
  if (words.includes("")) throw new InvalidArgumentError("Expected words with commas between them.");
  return words;
}

/** Reads words such as `csv,parquet`, of a few that there are. */
export function choices<T extends string>(all: readonly T[]): (text: string) => T[] {
  return (text) => {
    const words = wordList(text);
    const wrong = words.find((word) => !all.includes(word as T));
    if (wrong !== undefined) throw new InvalidArgumentError(`Expected some of ${all.join(", ")}.`);
    return words as T[];
  };
}

/** A colour as `#rrggbb` or `r,g,b`. */
export function color(text: string): readonly [number, number, number] {
  const hex = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  const parts =
    hex === null
      ? text.split(",").map((part) => Number(part.trim() || "x"))
      : hex.slice(1).map((part) => Number.parseInt(part, 16));
  const [r, g, b] = parts;
  const fits = parts.length === 3 && parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255);
  if (!fits) throw new InvalidArgumentError("Expected a colour such as #ff0000 or 255,0,0.");
  return [r!, g!, b!];
}
