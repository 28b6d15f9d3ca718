/** What nearly every terminal has; a longer line would break within a word. */
const WIDTH = 80;

/** The examples under a command's help. */
export function examples(lines: readonly (readonly [command: string, about: string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length));
  const narrow = lines.every(([, about]) => width + about.length + 4 <= WIDTH);
  const text = lines.map(([command, about]) =>
    narrow ? `  ${command.padEnd(width)}  ${about}` : `  # ${about}\n  ${broken(command)}`,
  );
  return `\nExamples:\n${text.join("\n")}\n`;
}

/** In lines that a shell takes as one. */
function broken(command: string): string {
  if (command.length + 2 <= WIDTH) return command;
  const at = command.slice(0, WIDTH - 4).lastIndexOf(" --");
  if (at < 0) return command;
  return `${command.slice(0, at)} \\\n    ${broken(command.slice(at + 1))}`;
}
