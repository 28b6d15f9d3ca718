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
  /** What may follow an option; a file name when it is not a choice. */
  readonly choices?: readonly string[] | "file";
}

/** A completion script, made from the very commands it completes. */
export function completionScript(shell: Shell, root: Command): string {
  const nodes = nodesOf(root, "", root.options);
  return { bash, zsh, fish }[shell](nodes);
}

function nodesOf(command: Command, path: string, globals: readonly Option[]): Node[] {
  const below = command.commands.flatMap((each) => nodesOf(each, `${path} ${each.name()}`.trim(), globals));
  const commands = command.commands.map((each) => ({ text: each.name(), about: each.description() }));
  const options = [...new Set([...command.options, ...globals])].map(wordOf);
  const help = { text: "--help", about: "show this help" };
  const values = command.registeredArguments.flatMap((argument) => argument.argChoices ?? []);
  return [{ path, words: [...commands, ...values.map((text) => ({ text, about: "" })), ...options, help] }, ...below];
}

function wordOf(option: Option): Word {
  const text = option.long ?? option.short ?? "";
  const about = option.description;
  if (!option.required && !option.optional) return { text, about };
  return { text, about, choices: option.argChoices ?? "file" };
}

function bash(nodes: readonly Node[]): string {
  const cases = nodes.map(({ path, words }) => `    "${path}") words="${words.map((word) => word.text).join(" ")}" ;;`);
  const values = uniqueOptions(nodes).map(([text, choices]) =>
    choices === "file"
      ? `    ${text}) COMPREPLY=($(compgen -f -- "$current")); return ;;`
      : `    ${text}) COMPREPLY=($(compgen -W "${choices.join(" ")}" -- "$current")); return ;;`,
  );
  return `# bash completion of isic
_isic() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" word words=""
  case "$previous" in
${values.join("\n")}
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
${pathPrefixes(nodes)
  .map((path) => `      "${path.includes(" ") ? path : ` ${path}`}") path="${path}" ;;`)
  .join("\n")}
    esac
  done
  case "$path" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
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
  const values = uniqueOptions(nodes).map(([text, choices]) =>
    choices === "file" ? `    ${text}) _files; return ;;` : `    ${text}) compadd ${choices.join(" ")}; return ;;`,
  );
  return `#compdef isic
_isic() {
  local path_='' word
  local -a entries
  case "\${words[CURRENT-1]}" in
${values.join("\n")}
  esac
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$path_ $word" in
${pathPrefixes(nodes)
  .map((path) => `      '${path.includes(" ") ? path : ` ${path}`}') path_='${path}' ;;`)
  .join("\n")}
    esac
  done
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
  const lines = nodes.flatMap(({ path, words }) =>
    words.map(({ text, about, choices }) => {
      const where = `complete -c isic -n '__isic_at "${path}"'`;
      const what = text.startsWith("--") ? `-l ${text.slice(2)}` : `-f -a '${text}'`;
      const value = choices === undefined ? "" : choices === "file" ? " -r" : ` -x -a '${choices.join(" ")}'`;
      return `${where} ${what}${value} -d '${quote(about)}'`;
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

/** Options that take a value, each once. */
function uniqueOptions(nodes: readonly Node[]): [string, readonly string[] | "file"][] {
  const found = new Map<string, readonly string[] | "file">();
  for (const { words } of nodes) {
    for (const { text, choices } of words) if (choices !== undefined && !found.has(text)) found.set(text, choices);
  }
  return [...found];
}
