/** The examples under a command's help. */
export function examples(lines: readonly (readonly [command: string, about: string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length));
  const narrow = width <= 60;
  const text = lines.map(([command, about]) =>
    narrow ? `  ${command.padEnd(width)}  ${about}` : `  # ${about}\n  ${command}`,
  );
  return `\nExamples:\n${text.join("\n")}\n`;
}
