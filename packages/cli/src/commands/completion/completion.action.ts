import type { Command, Option } from "commander";

type Shell = "bash" | "zsh" | "fish";

/** One place in the tree of commands, and the words that may come there. */
interface Node {
  /** `image download`; empty for the root. */
  readonly path: string;
  readonly words: readonly Word[];
}

interface Word {
  readonly text: string;
  readonly about: string;
  /** An option's one letter, such as `-o`. */
  readonly short?: string | undefined;
  /** What follows an option; of a text nobody knows beforehand, nothing can be offered. */
  readonly value?: Value | undefined;
}

type Value = readonly string[] | "file" | "text";

/** A completion script, made from the very commands it completes. */
export function completionScript(shell: Shell, root: Command): string {
  const nodes = nodesOf(root, "", root.options);
  return { bash, zsh, fish }[shell](nodes);
}

function nodesOf(command: Command, path: string, globals: readonly Option[]): Node[] {
  if (path === "help" && command.parent !== null) return helpNodes(command.parent, path);
  const below = command.commands.flatMap((each) => nodesOf(each, `${path} ${each.name()}`.trim(), globals));
  const options = [...new Set([...command.options, ...globals])].map(optionWord);
  const help = { text: "--help", about: "show this help" };
  const values = command.registeredArguments.flatMap((argument) => argument.argChoices ?? []);
  const words = [...command.commands.map(commandWord), ...values.map((text) => ({ text, about: "" }))];
  return [{ path, words: [...words, ...options, help] }, ...below];
}

/** After `help` come the commands once more, without what follows them. */
function helpNodes(command: Command, path: string): Node[] {
  const commands = command.commands.filter((each) => each.name() !== "help");
  const below = commands.flatMap((each) => helpNodes(each, `${path} ${each.name()}`));
  return [{ path, words: commands.map(commandWord) }, ...below];
}

const commandWord = (command: Command): Word => ({ text: command.name(), about: command.description() });

function optionWord(option: Option): Word {
  const { long, short, description: about, argChoices, flags } = option;
  const named = { text: long ?? short ?? "", about, short: long === undefined ? undefined : short };
  if (!option.required && !option.optional) return named;
  return { ...named, value: argChoices ?? (/<(file|folder|manifest)>/.test(flags) ? "file" : "text") };
}

function bash(nodes: readonly Node[]): string {
  const cases = nodes.map(({ path, words }) => `    "${path}") words="${words.map((word) => word.text).join(" ")}" ;;`);
  const reply = (value: Value): string => {
    if (value === "file") return '_isic_files "$current"; ';
    return value === "text" ? "" : `COMPREPLY=($(compgen -W "${value.join(" ")}" -- "$current")); `;
  };
  const values = valuesByPlace(nodes).map(([places, value]) => `    ${places.join("|")}) ${reply(value)}return ;;`);
  return `# bash completion of isic
_isic_files() {
  local IFS=$'\n'
  COMPREPLY=($(compgen -f -- "$1"))
}
_isic() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" word words=""
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
${pathPrefixes(nodes)
  .map((path) => `      "${path.includes(" ") ? path : ` ${path}`}") path="${path}" ;;`)
  .join("\n")}
    esac
  done
  case "$path:$previous" in
${values.join("\n")}
  esac
  case "$path" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || _isic_files "$current"
}
complete -o filenames -F _isic isic
`;
}

function zsh(nodes: readonly Node[]): string {
  const quote = (text: string): string => text.replaceAll("'", "'\\''").replaceAll(":", "\\:");
  const cases = nodes.map(({ path, words }) => {
    const entries = words.map((word) => `'${quote(word.text)}:${quote(word.about)}'`).join(" ");
    return `    '${path}') entries=(${entries}) ;;`;
  });
  const reply = (value: Value): string =>
    value === "file" ? "_files; " : value === "text" ? "" : `compadd ${value.join(" ")}; `;
  const values = valuesByPlace(nodes).map(([places, value]) => `    ${places.join("|")}) ${reply(value)}return ;;`);
  return `#compdef isic
_isic() {
  local path_='' word
  local -a entries
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$path_ $word" in
${pathPrefixes(nodes)
  .map((path) => `      '${path.includes(" ") ? path : ` ${path}`}') path_='${path}' ;;`)
  .join("\n")}
    esac
  done
  case "$path_:\${words[CURRENT-1]}" in
${values.join("\n")}
  esac
  case "$path_" in
${cases.join("\n")}
  esac
  _describe 'isic' entries || _files
}
if [ "$funcstack[1]" = "_isic" ]; then _isic "$@"; else compdef _isic isic; fi
`;
}

function fish(nodes: readonly Node[]): string {
  const quote = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
  const reply = (value: Value | undefined): string => {
    if (value === undefined) return "";
    return value === "file" ? " -r -F" : value === "text" ? " -x" : ` -x -a '${value.join(" ")}'`;
  };
  const lines = nodes.flatMap(({ path, words }) =>
    words.map(({ text, about, short, value }) => {
      const where = `complete -c isic -n '__isic_at "${path}"'`;
      const letter = short === undefined ? "" : `-s ${short.slice(1)} `;
      const what = text.startsWith("--") ? `${letter}-l ${text.slice(2)}` : `-f -a '${text}'`;
      return `${where} ${what}${reply(value)} -d '${quote(about)}'`;
    }),
  );
  return `# fish completion of isic
function __isic_at
  set -l path
  for word in (commandline -opc)[2..-1]
    set -l next (string trim -- "$path $word")
    if contains -- "$next" ${pathPrefixes(nodes)
      .map((path) => `'${path}'`)
      .join(" ")}
      set path $next
    end
  end
  test "$path" = "$argv[1]"
end
${lines.join("\n")}
`;
}

const pathPrefixes = (nodes: readonly Node[]): string[] => nodes.map(({ path }) => path).filter((path) => path !== "");

/**
 * The options that take a value, as patterns of `path:option`: one for all paths, unless some command has an option of
 * that name which takes none, as `--names` of `image select`.
 */
function valuesByPlace(nodes: readonly Node[]): [places: readonly string[], value: Value][] {
  const found = new Map<string, [places: string[], value: Value]>();
  const flags = new Set(
    nodes.flatMap(({ words }) => words.filter(({ value }) => value === undefined).map(({ text }) => text)),
  );
  for (const { path, words } of nodes) {
    for (const { text, short, value } of words) {
      if (value === undefined) continue;
      const isEverywhere = !flags.has(text);
      const names = short === undefined ? [text] : [text, short];
      const places = names.map((name) => (isEverywhere ? `*:${name}` : `"${path}":${name}`));
      if (!found.has(text)) found.set(text, [places, value]);
      else if (!isEverywhere) found.get(text)?.[0].push(...places);
    }
  }
  return [...found.values()];
}
